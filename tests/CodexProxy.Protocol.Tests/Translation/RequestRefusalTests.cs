using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

public sealed class RequestRefusalTests
{
    [Theory]
    [InlineData("\"compaction\":{},", "compaction: not supported")]
    [InlineData("\"thread\":{\"type\":\"create\"},", "thread: not supported")]
    [InlineData("\"mcp_servers\":[{\"url\":\"https://x\"}],", "mcp_servers: not supported")]
    [InlineData("\"container\":{\"skills\":[{}]},", "container.skills: not supported")]
    [InlineData(
        "\"tool_choice\":{\"type\":\"any\"},",
        "tool_choice: 'any' requires at least one tool that can be called"
    )]
    [InlineData("\"tool_choice\":{\"type\":\"tool\",\"name\":\"X\"},", "Tool 'X' not found in provided tools")]
    [InlineData("\"stop_sequences\":[\"  \"],", "stop_sequences: each stop sequence must contain non-whitespace")]
    [InlineData("\"tools\":[{\"type\":\"mcp_toolset\",\"name\":\"m\"}],", "tools: mcp_toolset is not supported")]
    [InlineData("\"tools\":[7],", "tools.0: Input should be an object")]
    public void What_would_change_the_meaning_is_refused_by_name(string members, string message)
    {
        var error = Requests.Refusal(Requests.WithMessages("""{"role":"user","content":"a"}""", members));

        error.Status.ShouldBe(400);
        error.Type.ShouldBe("invalid_request_error");
        error.Message.ShouldBe(message);
    }

    [Fact]
    public void A_thread_is_refused_with_the_code_its_library_falls_back_on() =>
        Requests
            .Refusal(Requests.WithMessages("""{"role":"user","content":"a"}""", "\"thread\":{},"))
            .ErrorCode.ShouldBe("thread_unsupported_request");

    [Fact]
    public void An_image_of_another_kind_is_refused_in_the_words_the_client_acts_on() =>
        Requests
            .Refusal(
                Requests.WithMessages(
                    """{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":"AA=="}}]}"""
                )
            )
            .Message.ShouldBe(
                "messages.0.content.1.image: media type image/bmp is not supported; could not process image"
            );

    [Theory]
    [InlineData("""{"role":"user","content":"  "}""")]
    [InlineData("""{"role":"user","content":null}""")]
    [InlineData("""{"role":"system","content":[]}""")]
    public void A_conversation_without_content_is_refused(string message) =>
        Requests
            .Refusal(Requests.WithMessages(message))
            .Message.ShouldBe("messages: text content blocks must be non-empty");

    [Fact]
    public void What_cannot_be_carried_is_named_by_its_path()
    {
        var losses = Requests
            .Translate(
                Requests.WithMessages(
                    """{"role":"user","content":[{"type":"text","text":"a"},{"type":"new_kind","x":1}]}""",
                    "\"temperature\":1,\"safeguards\":[],\"tools\":[{\"type\":\"code_execution_20250825\",\"name\":\"c\"}],"
                )
            )
            .Context.Losses;

        losses.ShouldContain(new TranslationLoss("temperature", LossKind.Dropped));
        losses.ShouldContain(new TranslationLoss("safeguards", LossKind.Dropped));
        losses.ShouldContain(new TranslationLoss("tools[code_execution_20250825]", LossKind.Dropped));
        losses.ShouldContain(new TranslationLoss("messages[].content[].new_kind", LossKind.Approximated));
        losses.ShouldContain(new TranslationLoss("max_tokens", LossKind.Emulated));
    }
}
