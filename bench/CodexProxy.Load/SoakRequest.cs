using System.Text;
using CodexProxy.Bench;

namespace CodexProxy.Load;

/// <summary>Who asks, and what for.</summary>
internal enum SoakFace
{
    Messages,
    Chat,
    Responses,
    CountTokens,
}

/// <summary>One request of a soak.</summary>
/// <param name="Face">The protocol.</param>
/// <param name="Streams">Whether the answer is a stream.</param>
/// <param name="Fault">What the upstream is to do.</param>
/// <param name="Body">The body.</param>
internal sealed record SoakRequest(SoakFace Face, bool Streams, string Fault, byte[] Body)
{
    private const string Picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static readonly byte[] Long = SampleRequest.Create(100 * 1024);
    private static readonly byte[] Medium = Whole(SampleRequest.Create(20 * 1024));

    /// <summary>Where it is sent.</summary>
    public string Path =>
        Face switch
        {
            SoakFace.Messages => "/v1/messages?beta=true",
            SoakFace.Chat => "/v1/chat/completions",
            SoakFace.Responses => "/v1/responses",
            _ => "/v1/messages/count_tokens",
        };

    /// <summary>The request of a number: forty in a second are two rounds of this table.</summary>
    public static SoakRequest Of(long number) =>
        (number % 20) switch
        {
            0 => new(SoakFace.Messages, true, SoakFault.None, Long),
            1 => new(SoakFace.Messages, false, SoakFault.None, Medium),
            2 => Messages(number, true, SoakFault.Call, Tools),
            3 => Messages(number, true, SoakFault.None, image: true),
            4 => Messages(number, false, SoakFault.None),
            5 => Messages(number, true, SoakFault.ErrorOnce),
            6 => Messages(number, number % 40 < 20, SoakFault.Cut),
            7 => Messages(number, number % 40 < 20, SoakFault.OverloadOnce),
            8 => Messages(number, true, number % 40 < 20 ? SoakFault.Overload : SoakFault.Reset),
            9 => Chat(number, true, SoakFault.None),
            10 => Chat(number, false, SoakFault.ResetOnce),
            11 => Chat(number, true, number % 40 < 20 ? SoakFault.Cut : SoakFault.Error),
            12 => Chat(number, true, SoakFault.Slow),
            13 => Responses(number, true, SoakFault.None),
            14 => Responses(number, false, SoakFault.None),
            15 => Responses(number, true, number % 40 < 20 ? SoakFault.Cut : SoakFault.Error),
            16 => Responses(number, true, SoakFault.ErrorOnce),
            17 => Messages(number, true, SoakFault.Slow),
            18 => new(SoakFace.CountTokens, false, SoakFault.None, Medium),
            _ => Messages(number, true, number % 400 == 19 ? SoakFault.RateLimitOnce : SoakFault.None),
        };

    /// <summary>A stream that lasts about twenty seconds.</summary>
    public static SoakRequest VerySlow(int number) => Messages(number, true, SoakFault.VerySlow);

    private const string Tools =
        "\"tools\":[{\"name\":\"Tool1\",\"description\":\"Runs.\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"command\":{\"type\":\"string\"}},\"required\":[\"command\"]}}],";

    private static SoakRequest Messages(
        long number,
        bool streams,
        string fault,
        string members = "",
        bool image = false
    )
    {
        var picture = image
            ? $$$"""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{Picture}}}"}},"""
            : "";
        return Make(
            SoakFace.Messages,
            streams,
            fault,
            $$"""{"model":"claude-sonnet-4-6","max_tokens":4096,"stream":{{Word(streams)}},{{members}}"messages":[{"role":"user","content":[{{picture}}{"type":"text","text":"{{Text(number, fault)}}"}]}]}"""
        );
    }

    private static SoakRequest Chat(long number, bool streams, string fault) =>
        Make(
            SoakFace.Chat,
            streams,
            fault,
            $$"""{"model":"gpt-5.5","stream":{{Word(streams)}},"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"{{Text(number, fault)}}"}]}"""
        );

    private static SoakRequest Responses(long number, bool streams, string fault) =>
        Make(
            SoakFace.Responses,
            streams,
            fault,
            $$$"""{"model":"gpt-5.5","stream":{{{Word(streams)}}},"instructions":"Be brief.","input":[{"role":"user","content":[{"type":"input_text","text":"{{{Text(number, fault)}}}"}]}]}"""
        );

    private static SoakRequest Make(SoakFace face, bool streams, string fault, string json) =>
        new(face, streams, fault, Encoding.UTF8.GetBytes(json));

    private static byte[] Whole(byte[] streamed) =>
        Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(streamed).Replace("\"stream\":true", "\"stream\":false", StringComparison.Ordinal)
        );

    // Every text is its own: a request that was refused must not answer for another one.
    private static string Text(long number, string fault) => $"[{fault}] request {number}";

    private static string Word(bool truth) => truth ? "true" : "false";
}
