using System.Text;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>Requests of Chat Completions that hold every member the reader knows.</summary>
internal static class ChatSamples
{
    /// <summary>The samples.</summary>
    public static IEnumerable<byte[]> All =>
        new[]
        {
            """
                {"model":"gpt-5.5","stream":true,"stream_options":{"include_usage":true},"max_tokens":100,"max_completion_tokens":90,
                "temperature":1,"top_p":0.5,"n":1,"stop":["a","bb"],"seed":7,"user":"u","logprobs":false,"logit_bias":{},"parallel_tool_calls":false,
                "reasoning_effort":"low","verbosity":"low","service_tier":"auto","store":false,"metadata":{"a":"b"},"prompt_cache_key":"k",
                "web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"country":"DE"}}},
                "messages":[{"role":"developer","content":"d"},{"role":"system","content":[{"type":"text","text":"s"}],"name":"n"},
                {"role":"user","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},{"type":"input_audio","input_audio":{"data":"a","format":"wav"}}]},
                {"role":"assistant","content":null,"reasoning_content":"r","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
                {"id":"call_2","type":"custom","custom":{"name":"c","input":"x"}}]},{"role":"tool","tool_call_id":"call_1","content":"ok"},
                {"role":"tool","tool_call_id":"call_2","content":[{"type":"text","text":"ok"}]},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"no"}],"refusal":"no"}],
                "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]}}},
                {"type":"custom","custom":{"name":"c","description":"d","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: /a/"}}}}],
                "tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_object"}}
                """,
            """
                {"model":"gpt-5.6-sol","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","function_call":{"name":"g","arguments":"{}"}},
                {"role":"function","name":"g","content":"c"}],"functions":[{"name":"g","parameters":{"type":"object"}}],"function_call":{"name":"g"},
                "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{}},"strict":false}},
                "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"g"}}]}}}
                """,
        }.Select(Encoding.UTF8.GetBytes);
}
