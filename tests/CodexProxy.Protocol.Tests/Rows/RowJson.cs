using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Rows;

/// <summary>Reads what the rows of a table hold, and writes what comes out.</summary>
internal static class RowJson
{
    internal static string Caught(Func<string> make)
    {
        try
        {
            return make();
        }
        catch (RequestRejectedException refused)
        {
            return $$"""{"refused":{{Quote($"{refused.Error.Status} {refused.Error.Type} {refused.Error.Message}")}}}""";
        }
        catch (JsonException broken)
        {
            return $$"""{"broken":{{Quote(broken.Message)}}}""";
        }
    }

    internal static string Written(
        string sent,
        IReadOnlyList<TranslationLoss> losses,
        TranslationContext? context = null
    ) =>
        $$"""{"sent":{{sent}},"losses":{{Names(losses.Select(loss => $"{loss.Kind} {loss.Path}"))}},"back":{{Names(Back(context))}}}""";

    // What the way back is told, where it is told anything.
    internal static IEnumerable<string> Back(TranslationContext? context) =>
        context is null
            ? []
            :
            [
                .. context.ScrubbedArguments.Select(scrubbed => $"scrubbed {scrubbed.Tool}.{scrubbed.Key}"),
                .. context.ToolNames.Select(name => $"name {name.Key} = {name.Value.Toolset}/{name.Value.Name}"),
                .. context.AppliedEdits.Select(edit => edit.ToString()),
                .. context.StopSequences.Select(text => $"stop {text}"),
                .. context.BlockedDomains.Select(domain => $"blocked {domain}"),
                .. context.UsedToolUseIds.Order(StringComparer.Ordinal).Select(id => $"used {id}"),
                .. context.Prefill is { } prefill ? [$"prefill {prefill}"] : Array.Empty<string>(),
                .. context.WebFetchRequested ? ["fetch"] : Array.Empty<string>(),
                .. context.ThinkingRequested ? [$"thinking {context.ThinkingTextOmitted}"] : Array.Empty<string>(),
                .. context.WebSearchMaxUses is { } uses ? [$"searches {uses}"] : Array.Empty<string>(),
                .. context.ToolErrors > 0 ? [$"errors {context.ToolErrors}"] : Array.Empty<string>(),
                .. context.LegacyFunctions ? ["legacy functions"] : Array.Empty<string>(),
                .. context.FastRequested ? ["fast"] : Array.Empty<string>(),
            ];

    internal static string Filled(JsonElement row, string plain) =>
        row.ValueKind != JsonValueKind.Object
            ? row.GetRawText()
            : $"{{{string.Join(',', Parse(plain).EnumerateObject().Where(m => !row.TryGetProperty(m.Name, out _)).Concat(row.EnumerateObject()).Select(Member))}}}";

    // Members that are the same in every request are left out of the tables; one that is gone is null.
    internal static string Changes(JsonElement usual, JsonElement now)
    {
        var told = now.EnumerateObject()
            .Where(m => !usual.TryGetProperty(m.Name, out var same) || !JsonElement.DeepEquals(same, m.Value))
            .Select(Member);
        var gone = usual
            .EnumerateObject()
            .Where(m => !now.TryGetProperty(m.Name, out _))
            .Select(m => $"{Quote(m.Name)}:null");
        return $"{{{string.Join(',', told.Concat(gone))}}}";
    }

    internal static string Member(JsonProperty member) => $"{Quote(member.Name)}:{member.Value.GetRawText()}";

    internal static string Body(ResponsesRequest body) => Buffer(output => OpenAIJson.Write(output, body));

    internal static string Buffer(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // A row may name the one of "answers" whose events it has.
    internal static IEnumerable<string> Events(JsonElement row) =>
        row.ValueKind == JsonValueKind.String
            ? Texts(RowTests.Read("answers").Single(other => other.Name == row.GetString()).In.GetProperty("events"))
            : Texts(row);

    internal static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(e => e.GetRawText());

    internal static IEnumerable<string> Words(JsonElement row, string name) =>
        row.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];

    internal static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var v) ? v.GetString() : null;

    internal static int? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var v) ? v.GetInt32() : null;

    internal static string Names(IEnumerable<string> names) => List(names.Select(Quote));

    internal static string List(IEnumerable<string> json) => $"[{string.Join(',', json)}]";

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    internal static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
