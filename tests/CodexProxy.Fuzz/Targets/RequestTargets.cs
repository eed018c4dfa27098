using System.Text;
using CodexProxy.Fuzz.Inputs;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Fuzz.Targets;

/// <summary>Requests of Messages and of its count of tokens.</summary>
internal sealed class MessagesTarget()
    : FuzzTarget(
        "messages",
        5,
        new JsonSource([
            .. Fixtures.Read("translation", "*.anthropic-request.json"),
            .. Fixtures.ReadBodies("claude-code-client", "body"),
        ])
    )
{
    /// <inheritdoc/>
    public override bool Check(byte[] input) => Run(input, new Dice(Dice.Hash(input)));

    /// <summary>Reads, translates and writes one request.</summary>
    public static bool Run(byte[] input, Dice dice)
    {
        try
        {
            using var request = MessagesRequest.Read(input);
            var facts = new RequestFacts(dice.OneIn(2) ? "s" : null, dice.OneIn(4) ? "a" : null, "claude-cli/2.1");
            World.Use(RequestTranslator.Translate(request, facts, World.Settings(request.Model, dice)), dice);
            return true;
        }
        catch (RequestRejectedException)
        {
            return false;
        }
    }
}

/// <summary>Requests of Chat Completions.</summary>
internal sealed class ChatTarget()
    : FuzzTarget(
        "chat",
        3,
        new JsonSource([
            .. Fixtures.Read("translation", "*.chat-request.json"),
            .. Fixtures.Read("chat-upstream", "*.chat.json"),
            .. ChatSamples.All,
        ])
    )
{
    /// <inheritdoc/>
    public override bool Check(byte[] input) => Run(input, new Dice(Dice.Hash(input)));

    /// <summary>Reads, translates and writes one request.</summary>
    public static bool Run(byte[] input, Dice dice)
    {
        try
        {
            using var request = ChatRequest.Read(input);
            var settings = World.Settings(request.Model, dice);
            World.Use(ChatRequestTranslator.Translate(request, new RequestFacts(), settings), dice);
            return true;
        }
        catch (RequestRejectedException exception)
        {
            _ = ChatFailures.Translate(exception.Error);
            return false;
        }
    }
}

/// <summary>Requests of Responses, as bodies and as frames of a WebSocket.</summary>
internal sealed class ResponsesTarget()
    : FuzzTarget(
        "responses",
        3,
        new JsonSource([
            .. Fixtures.Read("translation", "*.responses-request.json"),
            .. Fixtures.Read("chat-upstream", "*.request.json"),
            .. Fixtures.ReadBodies("codex-backend/captured", "body"),
        ])
    )
{
    /// <inheritdoc/>
    public override bool Check(byte[] input) => Run(input, new Dice(Dice.Hash(input)));

    /// <summary>Reads, translates and writes one request.</summary>
    public static bool Run(byte[] input, Dice dice)
    {
        try
        {
            if (dice.OneIn(8) && ResponsesCall.ReadFrame(input) is null)
            {
                return true;
            }

            var call = ResponsesCall.Read(input);
            var facts = new ResponsesFacts("s", _ => null, _ => null, dice.OneIn(8));
            var translated = ResponsesCallTranslator.Translate(call, facts, World.Settings(call.Model, dice));
            World.Use(translated.Request, dice);
            foreach (var kept in translated.Input)
            {
                _ = OpenAIJson.ToElement(kept.Item);
            }

            return true;
        }
        catch (RequestRejectedException exception)
        {
            _ = ResponsesFailures.Translate(exception.Error).ToFrame();
            return false;
        }
    }
}

/// <summary>Schemas of tools and of answers, in all three protocols.</summary>
internal sealed class SchemaTarget() : FuzzTarget("schema", 3, new JsonSource(SchemaSamples.All))
{
    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        var dice = new Dice(Dice.Hash(input));
        var text = Encoding.UTF8.GetString(input);
        return dice.Below(6) switch
        {
            0 => MessagesTarget.Run(
                Bytes(
                    """{"model":"gpt-5.5","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"t","input_schema":@@}]}""",
                    text
                ),
                dice
            ),
            1 => MessagesTarget.Run(
                Bytes(
                    """{"model":"gpt-5.5","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"t","strict":true,"input_schema":@@}],"output_config":{"format":{"type":"json_schema","schema":@@}}}""",
                    text
                ),
                dice
            ),
            2 => ChatTarget.Run(
                Bytes(
                    """{"model":"gpt-5.5","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"t","parameters":@@}}]}""",
                    text
                ),
                dice
            ),
            3 => ChatTarget.Run(
                Bytes(
                    """{"model":"gpt-5.5","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":@@}}}""",
                    text
                ),
                dice
            ),
            4 => ResponsesTarget.Run(
                Bytes(
                    """{"model":"gpt-5.5","input":"a","tools":[{"type":"function","name":"t","parameters":@@}]}""",
                    text
                ),
                dice
            ),
            _ => ResponsesTarget.Run(
                Bytes(
                    """{"model":"gpt-5.5","input":"a","text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":@@}}}""",
                    text
                ),
                dice
            ),
        };
    }

    // Bytes that were no UTF-8 are replaced here; the other targets have those.
    private static byte[] Bytes(string around, string schema) =>
        Encoding.UTF8.GetBytes(around.Replace("@@", schema, StringComparison.Ordinal));
}
