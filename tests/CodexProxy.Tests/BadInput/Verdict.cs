using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CodexProxy.Tests.BadInput;

/// <summary>What became of a bad request.</summary>
/// <param name="Request">The request.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Problem">What is wrong with the answer; null when it is as it should be.</param>
internal sealed partial record Verdict(BadRequest Request, int Status, string? Problem)
{
    // Two thousand and a sign that more followed.
    private const int LongestMessage = 2001;

    /// <summary>How long the answer took.</summary>
    public TimeSpan Took { get; init; }

    public bool IsServed => Status == 200;

    /// <summary>Judges an answer.</summary>
    public static Verdict Of(ProtocolFace face, BadRequest request, int status, string body)
    {
        var problem = status switch
        {
            200 => face.Excuse(request) is null ? "served" : null,
            >= 400 and < 500 when face.MustServe(request) => "refused for an unknown member",
            >= 400 and < 500 => OfRefusal(face, request, status, body),
            _ => "neither served nor refused",
        };
        return new Verdict(request, status, problem is null ? null : $"{request} → {status}, {problem}: {Short(body)}");
    }

    private static string? OfRefusal(ProtocolFace face, BadRequest request, int status, string body)
    {
        using var json = TryParse(body);
        if (
            json?.RootElement is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("error", out var error)
        )
        {
            return "no error of the protocol";
        }

        if (
            Text(error, "message") is not { Length: > 0 } message
            || Text(error, "type") is null
            || (
                face.IsAnthropic
                    ? Text(root, "type") != "error" || Text(root, "request_id") is null
                    : !error.TryGetProperty("code", out _)
            )
        )
        {
            return "an error without its parts";
        }

        if (message.Length > LongestMessage)
        {
            return $"a message of {message.Length} letters";
        }

        if (request.Field.Length == 0 || status == 413)
        {
            return null;
        }

        var named = face.IsAnthropic ? PathIn().Match(message).Value : Text(error, "param") ?? "";
        return IsNear(named, request.Field) || face.SaysOtherwise(request, message) ? null : $"named '{named}'";
    }

    // The field itself, what is in it, or what it stands in.
    private static bool IsNear(string named, string field)
    {
        var (a, b) = (Steps(named), Steps(field));
        var shared = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        return a.Length > 0
            && shared == Math.Min(a.Length, b.Length)
            && shared >= Math.Min(b.Length, Math.Max(1, b.Length - 2));
    }

    private static string[] Steps(string path) =>
        path.Replace(".image", "", StringComparison.Ordinal)
            .Replace(".document", "", StringComparison.Ordinal)
            .Replace(".custom.input_schema", ".input_schema", StringComparison.Ordinal)
            .Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries);

    private static JsonDocument? TryParse(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static string Short(string body) =>
        string.Create(CultureInfo.InvariantCulture, $"{(body.Length > 300 ? body[..300] : body)}");

    // «messages.0.content: …», or «… (in messages.0.content)» where the JSON itself is broken.
    [GeneratedRegex(@"^[\w.]+(?=: )|(?<= in )[\w.]+(?=…?$)")]
    private static partial Regex PathIn();
}
