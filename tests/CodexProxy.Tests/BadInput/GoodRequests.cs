namespace CodexProxy.Tests.BadInput;

/// <summary>Requests that use much of each protocol, and are served.</summary>
internal static class GoodRequests
{
    private const string Picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private const string Schema = """{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}""";

    public const string Messages = $$$$$"""
        {"model":"gpt-5.5","max_tokens":1024,"stream":false,
         "system":[{"type":"text","text":"Be brief."}],
         "messages":[
          {"role":"user","content":[
           {"type":"text","text":"Look."},
           {"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{{{Picture}}}}}"}},
           {"type":"document","title":"notes","source":{"type":"text","media_type":"text/plain","data":"abc"}}]},
          {"role":"assistant","content":[
           {"type":"thinking","thinking":"Hm.","signature":"none"},
           {"type":"text","text":"I look."},
           {"type":"tool_use","id":"toolu_1","name":"Read","input":{"path":"/a"}}]},
          {"role":"user","content":[
           {"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"done"}],"is_error":false}]}],
         "tools":[
          {"name":"Read","description":"Reads.","strict":false,"input_schema":{{{{{Schema}}}}}},
          {"type":"web_search_20250305","name":"web_search","max_uses":3,"allowed_domains":["example.com"]}],
         "tool_choice":{"type":"tool","name":"Read","disable_parallel_tool_use":true},
         "thinking":{"type":"enabled","budget_tokens":2048,"display":"summarized"},
         "output_config":{"effort":"low","format":{"type":"json_schema","schema":{{{{{Schema}}}}}}},
         "stop_sequences":["END"],
         "metadata":{"user_id":"{\"session_id\":\"s1\"}"},
         "speed":"standard","temperature":0.5,
         "context_management":{"edits":[
          {"type":"clear_tool_uses_20250919","trigger":{"type":"input_tokens","value":50000},"keep":{"type":"tool_uses","value":3},"exclude_tools":["Read"]}]}}
        """;

    public const string Chat = $$$$$"""
        {"model":"gpt-5.5","stream":false,"stream_options":{"include_usage":true},
         "messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","name":"ann","content":[
           {"type":"text","text":"Look."},
           {"type":"image_url","image_url":{"url":"data:image/png;base64,{{{{{Picture}}}}}","detail":"low"}},
           {"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,YWJj"}}]},
          {"role":"assistant","content":"I look.","refusal":"No.","tool_calls":[
           {"id":"call_1","type":"function","function":{"name":"read","arguments":"{\"path\":\"/a\"}"}}]},
          {"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"done"}]}],
         "tools":[
          {"type":"function","function":{"name":"read","description":"Reads.","strict":false,"parameters":{{{{{Schema}}}}}}},
          {"type":"custom","custom":{"name":"patch","description":"Patches.","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: WORD"}}}}],
         "tool_choice":{"type":"function","function":{"name":"read"}},
         "parallel_tool_calls":true,"reasoning_effort":"low","verbosity":"low",
         "response_format":{"type":"json_schema","json_schema":{"name":"out","strict":false,"schema":{{{{{Schema}}}}}}},
         "max_completion_tokens":1024,"max_tokens":1024,"stop":["END"],"n":1,"logprobs":false,"top_logprobs":0,"logit_bias":{},
         "modalities":["text"],"prompt_cache_key":"s1","service_tier":"auto","temperature":0.5,"user":"ann",
         "web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"country":"DE"}}}}
        """;

    /// <summary>The oldest form of tools.</summary>
    public const string OldChat = $$$$$"""
        {"model":"gpt-5.5",
         "messages":[
          {"role":"user","content":"Look."},
          {"role":"assistant","content":null,"function_call":{"name":"read","arguments":"{}"}},
          {"role":"function","name":"read","content":"done"}],
         "functions":[{"name":"read","description":"Reads.","parameters":{{{{{Schema}}}}}}],
         "function_call":{"name":"read"}}
        """;

    public const string Responses = $$$$$"""
        {"model":"gpt-5.5","stream":false,"store":false,"instructions":"Be brief.","background":false,
         "input":[
          {"type":"message","role":"user","content":[
           {"type":"input_text","text":"Look."},
           {"type":"input_image","image_url":"data:image/png;base64,{{{{{Picture}}}}}","detail":"low"},
           {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}]},
          {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"sealed"},
          {"type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"I look."}]},
          {"type":"function_call","call_id":"call_1","name":"read","arguments":"{}"},
          {"type":"function_call_output","call_id":"call_1","output":"done"},
          {"type":"custom_tool_call","call_id":"call_2","name":"patch","input":"a"},
          {"type":"custom_tool_call_output","call_id":"call_2","output":[{"type":"input_text","text":"done"}]}],
         "tools":[
          {"type":"function","name":"read","description":"Reads.","strict":false,"parameters":{{{{{Schema}}}}}},
          {"type":"custom","name":"patch","description":"Patches.","format":{"type":"grammar","syntax":"lark","definition":"start: WORD"}},
          {"type":"web_search_preview","search_context_size":"low"}],
         "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"read"}]},
         "parallel_tool_calls":true,"reasoning":{"effort":"low","summary":"auto"},
         "include":["reasoning.encrypted_content"],"prompt_cache_key":"s1","service_tier":"auto",
         "text":{"verbosity":"low","format":{"type":"json_schema","name":"out","strict":false,"schema":{{{{{Schema}}}}}}},
         "max_output_tokens":1024,"temperature":0.5,"metadata":{"a":"b"},"truncation":"disabled",
         "client_metadata":{"a":"b"}}
        """;
}
