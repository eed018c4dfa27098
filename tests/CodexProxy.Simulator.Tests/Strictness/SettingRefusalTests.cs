using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class SettingRefusalTests
{
    public static TheoryData<string, string, string> Faults()
    {
        var tooLong = new string('x', 65);
        var data = new TheoryData<string, string, string>();
        data.Add(
            "unknown member",
            Bodies.With(("max_output_tokens", "5")),
            "{\"detail\":\"Unsupported parameter: max_output_tokens\"}"
        );
        data.Add("temperature", Bodies.With(("temperature", "1")), "Unsupported parameter: temperature");
        data.Add(
            "previous response",
            Bodies.With(("previous_response_id", "\"r\"")),
            "Unsupported parameter: previous_response_id"
        );
        data.Add("stream options", Bodies.With(("stream_options", "{}")), "Unsupported parameter: stream_options");
        data.Add("metadata", Bodies.With(("metadata", "{}")), "Unsupported parameter: metadata");
        data.Add("no instructions", Bodies.With(("instructions", null)), "{\"detail\":\"Instructions are required\"}");
        data.Add("null instructions", Bodies.With(("instructions", "null")), "Instructions are required");
        data.Add("store true", Bodies.With(("store", "true")), "{\"detail\":\"Store must be set to false\"}");
        data.Add("store missing", Bodies.With(("store", null)), "Store must be set to false");
        data.Add("stream false", Bodies.With(("stream", "false")), "{\"detail\":\"Stream must be set to true\"}");
        data.Add(
            "model retired",
            Bodies.With(("model", "\"gpt-5.1\"")),
            "{\"detail\":\"The 'gpt-5.1' model is not supported when using Codex with a ChatGPT account.\"}"
        );
        data.Add(
            "model variant",
            Bodies.With(("model", "\"gpt-5.5/medium\"")),
            "The 'gpt-5.5/medium' model is not supported"
        );
        data.Add("no JSON", "{", "could not parse the JSON body");
        data.Add("no object", "[]", "must be an object");
        data.Add("choice unknown word", Bodies.With(("tool_choice", "\"any\"")), "Invalid value: 'any'");
        data.Add(
            "choice unknown tool",
            Bodies.With(("tool_choice", """{"type":"function","name":"g"}""")),
            "Tool choice 'function' not found in 'tools' parameter."
        );
        data.Add(
            "choice without tools",
            Bodies.With(("tool_choice", "\"required\"")),
            "must be specified with 'tools'"
        );
        data.Add(
            "parallel no boolean",
            Bodies.With(("parallel_tool_calls", "1")),
            "Invalid type for 'parallel_tool_calls'"
        );
        data.Add(
            "effort",
            Bodies.With(("reasoning", """{"effort":"minimal"}""")),
            "Unsupported value: 'minimal' is not supported with the 'gpt-5.5' model. Supported values are: 'low', 'medium', 'high', 'xhigh'."
        );
        data.Add(
            "effort ultra",
            Bodies.With(("model", "\"gpt-6.1-sol\""), ("reasoning", """{"effort":"ultra"}""")),
            "Unsupported value: 'ultra'"
        );
        data.Add("summary", Bodies.With(("reasoning", """{"summary":"none"}""")), "Invalid value: 'none'");
        data.Add(
            "reasoning member",
            Bodies.With(("reasoning", """{"budget":1}""")),
            "Unknown parameter: 'reasoning.budget'"
        );
        data.Add("include missing", Bodies.With(("include", null)), "Include must contain reasoning.encrypted_content");
        data.Add(
            "include unknown",
            Bodies.With(("include", """["reasoning.encrypted_content","x"]""")),
            "Invalid value: 'x'"
        );
        data.Add(
            "cache key too long",
            Bodies.With(("prompt_cache_key", $"\"{tooLong}\"")),
            "Invalid 'prompt_cache_key': string too long"
        );
        data.Add("tier", Bodies.With(("service_tier", "\"flex\"")), "Unsupported service_tier: flex");
        data.Add(
            "tier the model lacks",
            Bodies.With(("model", "\"gpt-daybreak-blue-latest\""), ("service_tier", "\"priority\"")),
            "Unsupported service_tier: priority"
        );
        data.Add("verbosity", Bodies.With(("text", """{"verbosity":"loud"}""")), "Invalid value: 'loud'");
        data.Add(
            "format without name",
            Bodies.With(("text", """{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}}""")),
            "Missing required parameter: 'text.format.name'"
        );
        data.Add(
            "JSON that the input does not speak of",
            Bodies.With(("text", """{"format":{"type":"json_object"}}""")),
            "Response input messages must contain the word 'json'"
        );
        data.Add(
            "strict format",
            Bodies.With(
                (
                    "text",
                    """{"format":{"type":"json_schema","name":"o","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}}}}}"""
                )
            ),
            "invalid_json_schema"
        );
        data.Add(
            "client metadata",
            Bodies.With(("client_metadata", """{"a":1}""")),
            "Invalid type for 'client_metadata.a'"
        );
        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Refuses_with_the_words_of_the_service(string name, string body, string words) =>
        Refusals.ShouldBeGivenAsync(name, body, words);
}
