using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Quota;
using CodexProxy.Protocol.Tests.ChatTranslation;
using CodexProxy.Protocol.Tests.ChatUpstream;
using CodexProxy.Protocol.Tests.Responses;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Rows.RowJson;

namespace CodexProxy.Protocol.Tests.Rows;

/// <summary>What the tables are about: each turns the JSON of a row into JSON.</summary>
internal static class Subjects
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static SortedDictionary<string, Func<JsonElement, string>> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["answers"] = Answer,
            ["answers-to-chat"] = ChatAnswer,
            ["answers-to-responses"] = ResponsesAnswer,
            ["chat"] = Chat,
            ["chat-upstream"] = row => Caught(() => ToChatUpstream(row)),
            ["chat-upstream-answers"] = row => List(ChatUpstreamFixture.Events(Texts(row))),
            ["events"] = EdgeSubjects.Event,
            ["failures"] = EdgeSubjects.Failures,
            ["forms"] = Forms,
            ["messages"] = Messages,
            ["model-names"] = ModelNames,
            ["models"] = Models,
            ["broken"] = EdgeSubjects.Broken,
            ["counts"] = EdgeSubjects.Count,
            ["identifiers"] = EdgeSubjects.Identify,
            ["kept"] = EdgeSubjects.Kept,
            ["messages-with-facts"] = EdgeSubjects.MessagesWithFacts,
            ["responses-in-attempts"] = EdgeSubjects.Attempts,
            ["quota"] = Quota,
            ["responses"] = Responses,
            ["schemas"] = Schema,
            ["sizes"] = Sizes,
        };

    private static string Messages(JsonElement row) =>
        Sent(
            row,
            """{"model":"claude-opus-5-5","max_tokens":4096,"messages":[{"role":"user","content":"a"}]}""",
            json => Requests.Translate(json)
        );

    private static string Chat(JsonElement row) =>
        Sent(
            row,
            """{"model":"gpt-5.6-sol","messages":[{"role":"user","content":"a"}]}""",
            json => ChatRequests.Translate(json)
        );

    private static string Responses(JsonElement row) =>
        Sent(row, """{"model":"gpt-5.5","input":"a"}""", json => Calls.Translate(json).Request);

    private static string ToChatUpstream(JsonElement row)
    {
        var fitted = ChatUpstreamFixture.Translate(Filled(row, """{"model":"other/big","input":"a"}"""));
        return Written(ChatUpstreamFixture.Write(fitted), fitted.Context.Losses, fitted.Context);
    }

    private static string Sent(JsonElement row, string plain, Func<string, TranslatedRequest> translate) =>
        Caught(() =>
        {
            var usual = Parse(Body(translate(plain).Body));
            var translated = translate(Filled(row, plain));
            return Written(Changes(usual, Parse(Body(translated.Body))), translated.Context.Losses, translated.Context);
        });

    private static string Forms(JsonElement row)
    {
        var body = Calls
            .Translate(Filled(row.GetProperty("request"), """{"model":"gpt-5.5","input":"a"}"""))
            .Request.Body;
        var repairs = row.GetProperty("repairs")
            .EnumerateArray()
            .Select(repair => repair.GetString()!.Split(' '))
            .Select(words => new FormRepair(Enum.Parse<FormRepairKind>(words[0]), words.ElementAtOrDefault(1)))
            .ToHashSet();
        var sent = RequestForms.Apply(
            body,
            repairs,
            ModelCatalogue.Embedded,
            url => url.Contains("bad") ? null : ["one", "two"]
        );
        return Written(Changes(Parse(Body(body)), Parse(Body(sent))), FormLosses.Between(body, sent));
    }

    private static string Schema(JsonElement row) =>
        SchemaRepair.Repair(row.ValueKind == JsonValueKind.Null ? null : row).GetRawText();

    private static string Answer(JsonElement row)
    {
        var context = ResponseFixtures.Context(row) with
        {
            ScrubbedArguments = [.. Words(row, "scrubbed").Select(key => new ScrubbedArgument("f", key))],
            BlockedDomains = [.. Words(row, "blocked")],
            WebFetchRequested = row.TryGetProperty("fetch", out _),
            WebSearchMaxUses = Number(row, "searches"),
        };
        var run = new ResponseRun(context);
        run.Accept([.. Texts(row.GetProperty("events"))]);
        run.Translator.EndOfStream();
        var stream = ResponseFixtures.ReadStream(ResponseFixtures.WriteStream(run.Output));
        return List([.. stream.Select(e => e.Data), Quote(run.Translator.State.ToString())]);
    }

    private static string ChatAnswer(JsonElement row)
    {
        var run = new ChatRun();
        run.Accept([.. Events(row)]);
        run.Translator.EndOfStream();
        var stream = Encoding
            .UTF8.GetString(ChatRun.Write(run.Output))
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        return List([.. stream.Select(Quote), Quote(run.Translator.State.ToString())]);
    }

    private static string ResponsesAnswer(JsonElement row)
    {
        var run = new ResponsesRun();
        run.Accept([.. Events(row)]);
        run.Translator.EndOfStream();
        return List([
            .. run.Events.Select(e => Encoding.UTF8.GetString(e.Json.Span)),
            Quote($"{run.Translator.State} {run.Translator.CanFinishAfterCut} {run.Kept is not null}"),
        ]);
    }

    private static string ModelNames(JsonElement row)
    {
        var rules = ChatUpstreamFixture.Rules with
        {
            Aliases = new Dictionary<string, string> { ["mine"] = "gpt-5.5-high", ["theirs"] = "other/x" },
            Passthrough = row.GetProperty("passthrough").GetBoolean(),
            Thinking = "gpt-5.5",
            ThinkingRequested = row.GetProperty("thinking").GetBoolean(),
        };
        return List(
            row.GetProperty("names")
                .EnumerateArray()
                .Select(name => name.GetString()!)
                .Select(name =>
                    (name, ModelResolver.Resolve(name, ModelCatalogue.Embedded, rules)) switch
                    {
                        (_, { } found) => $"{name}: {found.Model.Slug} {found.Effort} {(found.Fast ? "fast" : "")}",
                        _ =>
                            $"{name}: {string.Join(' ', UnknownModel.Closest(name, ModelCatalogue.Embedded, rules))} / {UnknownModel.Reason(name, rules)}",
                    }
                )
                .Select(Quote)
        );
    }

    private static string Models(JsonElement row) =>
        Caught(() =>
        {
            var catalogue = ModelCatalogue.Parse(Encoding.UTF8.GetBytes(row.GetProperty("catalogue").GetRawText()));
            var entries = ModelListing.Entries(catalogue, ChatUpstreamFixture.Rules);
            return List([
                Quote($"{catalogue.Main.Slug} {catalogue.Small.Slug}"),
                .. catalogue.Models.Select(model =>
                    Quote(model + " " + string.Join(',', model.Efforts) + " " + model.IsUnknown)
                ),
                Buffer(output =>
                    ModelListing.WritePage(
                        output,
                        entries,
                        Number(row, "limit") ?? 20,
                        Text(row, "after"),
                        Text(row, "before")
                    )
                ),
                Buffer(output => ModelListing.WriteOpenAIList(output, entries)),
                Buffer(output => ModelListing.WriteOpenAIOne(output, entries[0])),
                Buffer(output => ModelListing.WriteOne(output, entries[^1])),
                Buffer(output => ModelListing.WriteOpenAINotFound(output, "x", ["y", "z"])),
            ]);
        });

    private static string Quota(JsonElement row)
    {
        var snapshots = new List<RateLimitSnapshot?>();
        foreach (var told in row.EnumerateObject())
        {
            snapshots.Add(
                told.Name switch
                {
                    "headers" => QuotaReader.FromHeaders(
                        told.Value.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!)),
                        Now
                    ),
                    "event" or "later" => QuotaReader.FromEvent(told.Value, Now),
                    _ => QuotaReader.FromUsage(Encoding.UTF8.GetBytes(told.Value.GetRawText()), Now),
                }
            );
        }

        if (snapshots is [{ } earlier, { } later])
        {
            snapshots.Add(earlier.Merge(later));
        }

        return List(snapshots.Select(snapshot => snapshot is null ? "null" : List(Lines(snapshot).Select(Quote))));
    }

    private static IEnumerable<string> Lines(RateLimitSnapshot snapshot)
    {
        yield return $"{snapshot.ActiveLimit} {snapshot.Plan} {snapshot.Credits}";
        if (snapshot.Spend is { } spend)
        {
            yield return FormattableString.Invariant(
                $"spend {spend.Reached} {spend.UsedPercent} {(spend.ResetsAt - Now)?.TotalSeconds}"
            );
        }

        foreach (var limit in snapshot.Limits.Values.OrderBy(limit => limit.Id, StringComparer.Ordinal))
        {
            yield return $"{limit.Id} {limit.Name} {limit.Allowed} {limit.Reached}";
            foreach (var window in limit.Windows)
            {
                yield return FormattableString.Invariant(
                    $"  {window.UsedPercent} {window.Minutes} {(window.ResetsAt - Now)?.TotalSeconds}"
                );
            }
        }

        foreach (var (name, value) in UnifiedHeaders.Write(snapshot, Now))
        {
            yield return $"{name}: {value}";
        }

        foreach (var (name, value) in UnifiedHeaders.WriteRejected(snapshot, null, Now, out var names))
        {
            yield return $"rejected {names} {name}: {value}";
        }
    }

    private static string Sizes(JsonElement row)
    {
        var model = ModelCatalogue.Embedded.Main;
        var plain = CodexModel.Unknown("x");
        return List(
            Texts(row)
                .Select(text => text.Trim('"'))
                .Select(url =>
                {
                    var size = ImageTokens.Size(
                        Convert.FromHexString(url.StartsWith("hex:", StringComparison.Ordinal) ? url[4..] : "")
                    );
                    var sent = url.StartsWith("hex:", StringComparison.Ordinal)
                        ? "data:image/png;base64," + Convert.ToBase64String(Convert.FromHexString(url[4..]))
                        : url;
                    return Quote(
                        $"{size} {ImageTokens.Count(sent, model)} {ImageTokens.Count(sent, plain)} {PdfPages.Count(sent)}"
                    );
                })
        );
    }
}
