using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Replay;

/// <summary>The bundle cannot be played; the message tells why.</summary>
internal sealed class ReplayException(string message) : Exception(message);

/// <summary>One event to play.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Item"><c>output_index</c>; -1 for none.</param>
/// <param name="Part">Index of the part.</param>
/// <param name="Length">Characters of its text.</param>
/// <param name="Size">Bytes of its JSON.</param>
/// <param name="At">Milliseconds since the attempt began.</param>
internal sealed record ReplayEvent(string Type, EventSubject Subject, int Item, int Part, int Length, int Size, int At);

/// <summary>One attempt to play.</summary>
/// <param name="Account">Which account was asked.</param>
/// <param name="Forms">Second forms in use.</param>
/// <param name="Total">How long it took.</param>
/// <param name="Failure">How it failed; null when it did not.</param>
/// <param name="Terminal">What its last event told.</param>
/// <param name="Calls">Names of the called tools by item.</param>
/// <param name="Events">Its events, as far as they were kept.</param>
internal sealed record ReplayAttempt(
    int Account,
    string Forms,
    TimeSpan Total,
    AttemptFailure? Failure,
    TerminalFacts? Terminal,
    IReadOnlyDictionary<int, string> Calls,
    IReadOnlyList<ReplayEvent> Events
);

/// <summary>A bundle, read.</summary>
/// <param name="Request">The request with filler for content.</param>
/// <param name="Attempts">What the upstream did.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="CutHere">Whether the gateway ended the answer by itself.</param>
/// <param name="Total">How long it took.</param>
internal sealed record ReplayBundle(
    TranslatedRequest Request,
    IReadOnlyList<ReplayAttempt> Attempts,
    ReplayOutcome Outcome,
    bool CutHere,
    TimeSpan Total
)
{
    /// <summary>Reads a bundle.</summary>
    /// <exception cref="ReplayException">It is none, or of another form.</exception>
    public static ReplayBundle Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = SoundJson.Parse(utf8, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
            var root = document.RootElement;
            if (root.Text("format") != BundleWriter.Format)
            {
                throw new ReplayException($"This is no bundle of the form {BundleWriter.Format}.");
            }

            ReplayAttempt[] attempts = [.. root.GetProperty("attempts").EnumerateArray().Select(ReadAttempt)];
            var outcome = root.GetProperty("outcome");
            return new ReplayBundle(
                ReadRequest(root.GetProperty("request")),
                attempts,
                new ReplayOutcome(
                    outcome.Text("ending")!,
                    outcome.GetProperty("status").GetInt32(),
                    outcome.Text("failure"),
                    ReplayOutcome.Describe(attempts.Select(attempt => (attempt.Failure?.Kind, attempt.Forms))),
                    ReadTokens(outcome)
                ),
                outcome.GetProperty("cut_here").GetBoolean(),
                TimeSpan.FromMilliseconds(outcome.GetProperty("total_ms").GetInt64())
            );
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or NotSupportedException
                        or ArgumentException
            )
        {
            throw new ReplayException($"The bundle cannot be read: {exception.Message}");
        }
    }

    private static TranslatedRequest ReadRequest(JsonElement request)
    {
        if (!request.TryGetProperty("body", out var json))
        {
            throw new ReplayException("Nothing of this request was sent upstream, so there is nothing to play.");
        }

        var model =
            ModelCatalogue.Embedded.Find(json.Text("model") ?? "")
            ?? ModelCatalogue.Embedded.Models.First(known => known.Efforts.Contains(json.Text("effort") ?? "low"));
        var body = new ResponsesRequest
        {
            Model = model.Slug,
            Instructions = json.Text("instructions"),
            Input =
            [
                .. json.GetProperty("input")
                    .EnumerateArray()
                    .Select(item => item.Deserialize(OpenAIJson.Default.InputItem)!),
            ],
            Tools = json.TryGetProperty("tools", out var tools)
                ? [.. tools.EnumerateArray().Select(tool => tool.Deserialize(OpenAIJson.Default.ResponsesTool)!)]
                : null,
            ToolChoice = json.Text("tool_choice") switch
            {
                "required" => ResponsesToolChoice.Required,
                "none" => ResponsesToolChoice.None,
                "web_search" => ResponsesToolChoice.WebSearch,
                "function" when json.Text("chosen_tool") is { } name => ResponsesToolChoice.Function(name),
                _ => ResponsesToolChoice.Auto,
            },
            ParallelToolCalls = json.GetProperty("parallel_tool_calls").GetBoolean(),
            Reasoning = new ReasoningSettings(json.Text("effort"), json.Text("summary")),
            Include = json.Text("include") is { Length: > 0 } include ? include.Split(' ') : null,
            PromptCacheKey = json.Text("prompt_cache_key")!,
            Text = json.Text("verbosity") is { } verbosity ? new TextSettings(null, verbosity) : null,
            ServiceTier = json.Text("service_tier"),
        };
        // Without limits of its own: filler has other tokens than what it stands for.
        var context = new TranslationContext
        {
            RequestedModel = request.Text("requested_model") ?? model.Slug,
            Model = model,
            Stream = request.GetProperty("streamed").GetBoolean(),
            CacheKey = body.PromptCacheKey,
            IsClaudeCode = request.GetProperty("claude_code").GetBoolean(),
            ThinkingRequested = request.GetProperty("thinking").GetBoolean(),
        };
        return new TranslatedRequest(body, context);
    }

    private static ReplayAttempt ReadAttempt(JsonElement json) =>
        new(
            json.GetProperty("account").GetInt32(),
            string.Join(' ', json.GetProperty("forms").EnumerateArray().Select(form => form.GetString())),
            TimeSpan.FromMilliseconds(json.GetProperty("total_ms").GetInt64()),
            json.TryGetProperty("failure", out var failure)
                ? new AttemptFailure(
                    failure.Text("kind")!,
                    (int?)failure.Number("status"),
                    failure.Text("code"),
                    failure.Text("repair"),
                    TimeSpan.FromMilliseconds(failure.Number("retry_delay_ms") ?? 0)
                )
                : null,
            json.TryGetProperty("terminal", out var terminal)
                ? new TerminalFacts(
                    terminal.Text("model"),
                    terminal.Text("service_tier"),
                    terminal.Text("incomplete_reason"),
                    terminal.TryGetProperty("end_turn", out var end) ? end.GetBoolean() : null,
                    ReadTokens(terminal)
                )
                : null,
            json.GetProperty("calls")
                .EnumerateObject()
                .ToDictionary(
                    call => int.Parse(call.Name, System.Globalization.CultureInfo.InvariantCulture),
                    call => call.Value.GetString()!
                ),
            [.. json.GetProperty("events").EnumerateArray().Select(ReadEvent)]
        );

    private static ReplayEvent ReadEvent(JsonElement json) =>
        new(
            json[0].GetString()!,
            Enum.Parse<EventSubject>(json[1].GetString()!),
            json[2].GetInt32(),
            json[3].GetInt32(),
            json[4].GetInt32(),
            json[5].GetInt32(),
            json[6].GetInt32()
        );

    private static TokenCounts? ReadTokens(JsonElement owner) =>
        owner.TryGetProperty("tokens", out var tokens)
            ? new TokenCounts(
                tokens.GetProperty("input").GetInt64(),
                tokens.GetProperty("cached").GetInt64(),
                tokens.GetProperty("cache_write").GetInt64(),
                tokens.GetProperty("output").GetInt64(),
                tokens.GetProperty("reasoning").GetInt64()
            )
            : null;
}
