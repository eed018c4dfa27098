using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What cannot be served is refused, and the refusal names the field.</summary>
public sealed class ChatFieldErrorTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "model", "is required")]
    [InlineData("""{"model":5,"messages":[]}""", "model", "must be a string")]
    [InlineData("""{"model":"","messages":[]}""", "model", "must not be empty")]
    [InlineData("""{"model":"gpt-5.5"}""", "messages", "is required")]
    [InlineData("""{"model":"gpt-5.5","messages":{}}""", "messages", "must be an array")]
    [InlineData("""{"model":"gpt-5.5","messages":[]}""", "messages", "at least one message is required")]
    public void What_every_request_needs_is_named_when_it_is_missing(string json, string field, string problem) =>
        ShouldName(ChatRequests.Refusal(json), field, problem);

    [Theory]
    [InlineData("7", "messages[0]", "must be an object")]
    [InlineData("""{"content":"a"}""", "messages[0].role", "is required")]
    [InlineData(
        """{"role":"narrator","content":"a"}""",
        "messages[0].role",
        "must be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'"
    )]
    [InlineData("""{"role":"user","content":7}""", "messages[0].content", "must be a string or an array of parts")]
    [InlineData("""{"role":"user","content":[7]}""", "messages[0].content[0]", "must be an object")]
    [InlineData("""{"role":"user","content":[{"type":"text"}]}""", "messages[0].content[0].text", "is required")]
    [InlineData(
        """{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio","input_audio":{"data":"","format":"wav"}}]}""",
        "messages[0].content[1]",
        "input_audio is not supported"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"image_url"}]}""",
        "messages[0].content[0].image_url",
        "is required"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":7}}]}""",
        "messages[0].content[0].image_url.url",
        "must be a string"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}""",
        "messages[0].content[0].image_url.url",
        "must be an http(s) address or a data URL"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/bmp;base64,AA=="}}]}""",
        "messages[0].content[0].image_url.url",
        "media type 'image/bmp' is not supported, only PNG, JPEG, WebP and GIF"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/i","detail":"best"}}]}""",
        "messages[0].content[0].image_url.detail",
        "must be 'auto', 'low', 'high' or 'original'"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}""",
        "messages[0].content[0].file.file_id",
        "files kept elsewhere cannot be read here; send the bytes as file_data"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf"}}]}""",
        "messages[0].content[0].file.file_data",
        "is required"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/zip;base64,AA=="}}]}""",
        "messages[0].content[0].file.file_data",
        "media type 'application/zip' is not supported, only PDF and text"
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"file","file":{"file_data":"data:text/plain;base64,*"}}]}""",
        "messages[0].content[0].file.file_data",
        "must be base64 or a data URL of it"
    )]
    [InlineData("""{"role":"tool","content":"a"}""", "messages[0].tool_call_id", "is required")]
    [InlineData("""{"role":"function","content":"a"}""", "messages[0].name", "is required")]
    [InlineData(
        """{"role":"assistant","tool_calls":[{"id":"c","type":"function"}]}""",
        "messages[0].tool_calls[0].function",
        "is required"
    )]
    [InlineData(
        """{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"arguments":"{}"}}]}""",
        "messages[0].tool_calls[0].function.name",
        "is required"
    )]
    [InlineData(
        """{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":[]}}]}""",
        "messages[0].tool_calls[0].function.arguments",
        "must be a string"
    )]
    public void What_is_wrong_in_a_message_is_named_by_its_place(string message, string field, string problem) =>
        ShouldName(ChatRequests.Refusal(ChatRequests.WithMessages(message)), field, problem);

    [Theory]
    [InlineData("\"n\":2", "n", "only 1 is supported")]
    [InlineData("\"n\":\"2\"", "n", "must be a whole number of at least 1")]
    [InlineData("\"logprobs\":true", "logprobs", "not supported")]
    [InlineData("\"top_logprobs\":3", "top_logprobs", "not supported")]
    [InlineData("\"logit_bias\":{\"50256\":-100}", "logit_bias", "not supported")]
    [InlineData("\"audio\":{\"voice\":\"x\",\"format\":\"wav\"}", "audio", "not supported")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities[1]", "'audio' is not supported, only 'text'")]
    [InlineData("\"max_tokens\":0", "max_tokens", "must be a whole number of at least 1")]
    [InlineData("\"max_completion_tokens\":1.5", "max_completion_tokens", "must be a whole number of at least 1")]
    [InlineData("\"stop\":7", "stop", "must be a string or an array of strings")]
    [InlineData("\"stop\":[\"a\",7]", "stop[1]", "must be a string")]
    [InlineData("\"stream\":\"yes\"", "stream", "must be true or false")]
    [InlineData("\"stream_options\":7", "stream_options", "must be an object")]
    [InlineData("\"tools\":{}", "tools", "must be an array")]
    [InlineData("\"tools\":[7]", "tools[0]", "must be an object")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools[0].function", "is required")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name", "is required")]
    [InlineData(
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"c\",\"format\":{\"type\":\"grammar\"}}}]",
        "tools[0].custom.format.grammar",
        "is required"
    )]
    [InlineData("\"functions\":[{}]", "functions[0].name", "is required")]
    [InlineData("\"tool_choice\":\"any\"", "tool_choice", "must be 'auto', 'none', 'required' or name a tool")]
    [InlineData(
        "\"tool_choice\":{\"type\":\"x\"}",
        "tool_choice.type",
        "must be 'function', 'custom' or 'allowed_tools'"
    )]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice", "'required' needs at least one tool that can be called")]
    [InlineData(
        "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
        "tool_choice.function.name",
        "tool 'f' is not among the tools"
    )]
    [InlineData(
        "\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]}}",
        "tool_choice.allowed_tools.tools[0].custom.name",
        "tool 'f' is not among the tools"
    )]
    [InlineData("\"function_call\":{\"name\":\"f\"}", "function_call.name", "tool 'f' is not among the tools")]
    [InlineData(
        "\"response_format\":{\"type\":\"xml\"}",
        "response_format.type",
        "must be 'text', 'json_object' or 'json_schema'"
    )]
    [InlineData(
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\"}}",
        "response_format.json_schema.schema",
        "is required"
    )]
    [InlineData("\"reasoning_effort\":3", "reasoning_effort", "must be a string")]
    [InlineData("\"web_search_options\":true", "web_search_options", "must be an object")]
    public void What_is_wrong_beside_the_messages_is_named(string member, string field, string problem) =>
        ShouldName(ChatRequests.Refusal(ChatRequests.With(member + ",")), field, problem);

    [Theory]
    [InlineData("""{"role":"user","content":"  "}""")]
    [InlineData("""{"role":"user","content":null}""")]
    [InlineData("""{"role":"system","content":" "}""")]
    public void A_conversation_without_content_is_refused(string message) =>
        ShouldName(
            ChatRequests.Refusal(ChatRequests.WithMessages(message)),
            "messages",
            "at least one message with content is required"
        );

    [Theory]
    [InlineData("{", "The request body is not valid JSON: line 1, byte 2")]
    [InlineData("[]", "The request body must be a JSON object")]
    [InlineData("", "The request body is empty")]
    public void What_is_no_object_is_refused_without_a_field(string json, string message)
    {
        var error = ChatRequests.Refusal(() => ChatRequest.Read(Encoding.UTF8.GetBytes(json)));

        error.Status.ShouldBe(400);
        error.Message.ShouldBe(message);
        error.Param.ShouldBeNull();
    }

    [Theory]
    [InlineData("\"n\":1,\"logprobs\":false,\"top_logprobs\":0,\"logit_bias\":{},\"modalities\":[\"text\"],")]
    [InlineData("\"n\":null,\"stop\":null,\"audio\":null,\"tools\":null,\"tool_choice\":null,\"stream_options\":null,")]
    [InlineData("\"stop\":\"\",")]
    [InlineData("\"stop\":[\"\"],\"response_format\":{\"type\":\"text\"},")]
    public void What_asks_for_nothing_is_served(string members) =>
        ChatRequests.Translate(ChatRequests.With(members)).Context.Losses.ShouldBeEmpty();

    private static void ShouldName(OpenAIError error, string field, string problem)
    {
        error.Message.ShouldBe($"{field}: {problem}");
        error.Param.ShouldBe(field);
        error.Status.ShouldBe(400);
        error.Type.ShouldBe("invalid_request_error");
        error.Headers.ShouldContain(new KeyValuePair<string, string>("x-should-retry", "false"));
    }
}
