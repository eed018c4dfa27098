using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tests.ChatTranslation;
using CodexProxy.Protocol.Tests.Responses;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Rows.RowJson;

namespace CodexProxy.Protocol.Tests.Rows;

/// <summary>What the tables beside plain translation are about: broken bodies, single events, refusals, counts, names, kept answers, several attempts.</summary>
internal static class EdgeSubjects
{
    private const string PlainCall = """{"model":"gpt-5.5","input":"a"}""";

    // What each protocol says of a body that is no JSON.
    public static string Broken(JsonElement row)
    {
        var body = row.GetString()!;
        return List([
            Caught(() => Quote(Requests.Translate(body).Body.Model)),
            Caught(() => Quote(ChatRequests.Translate(body).Body.Model)),
            Caught(() => Quote(Calls.Translate(body).Request.Body.Model)),
        ]);
    }

    // One event of the upstream, as bytes written in Latin-1, and what is read of it.
    public static string Event(JsonElement row)
    {
        var read = ResponseEventReader.Read(Encoding.Latin1.GetBytes(row.GetString()!), out var number);
        var item = (read as OutputItemDone)?.Item ?? (read as OutputItemAdded)?.Item;
        IEnumerable<object?> inside = item switch
        {
            OutputMessage message => [.. message.Content, .. message.Content.SelectMany(part => part.Citations)],
            OutputReasoning reasoning => reasoning.Summary,
            OutputSearch search => search.Action?.Sources?.Cast<object?>() ?? [null],
            _ => [],
        };
        return List([Quote($"{read} {number}"), .. inside.Select(part => Quote($"{part}"))]);
    }

    public static string Count(JsonElement row)
    {
        var counter = new RequestTokenCounter(new TokenCounter());
        var body = Calls.Translate(Filled(row, PlainCall)).Request.Body;
        var lite = RequestForms.Apply(
            body,
            new HashSet<FormRepair> { FormRepair.LiteShape },
            ModelCatalogue.Embedded,
            _ => null
        );
        var model = ModelCatalogue.Embedded.Main;
        return List([
            $"{counter.CountFixed(body)}",
            $"{counter.Count(body, model)}",
            $"{counter.Count(body, model)}",
            $"{counter.Count(lite, model)}",
            .. body.Input.Select(item => $"{counter.CountItem(item, model)}"),
        ]);
    }

    public static string Identify(JsonElement row)
    {
        var text = row.GetString()!;
        var sealedOne = new ReasoningEnvelope("gAAAAx", text, null, text).Seal();
        var opened = ReasoningEnvelope.TryOpen(text, out var found) ? found.ToString() : "closed";
        return List(
            new[]
            {
                Identifiers.ToToolUseId(text),
                Identifiers.ToCallId(text),
                Identifiers.ToUpstreamCallId(text),
                Identifiers.ToServerToolUseId(text),
                Identifiers.ToMessageId(text),
                ToolNames.Shorten(text),
                SessionKeys.SessionId(null, text) ?? "none",
                SessionKeys.SessionId(text, "x") ?? "none",
                sealedOne,
                opened,
                ReplayCache.TextAnchor([text, "b"]),
            }.Select(Quote)
        );
    }

    // What a refusal means, and what clients of each protocol are told of it.
    public static string Failures(JsonElement row)
    {
        var failure = row.TryGetProperty("event", out var payload)
            ? FailureReader.FromEvent(payload)
            : FailureReader.FromHttp(
                row.GetProperty("status").GetInt32(),
                row.TryGetProperty("headers", out var headers)
                    ? [.. headers.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!))]
                    : [],
                Encoding.UTF8.GetBytes(
                    row.GetProperty("body") is { ValueKind: JsonValueKind.String } text
                        ? text.GetString()!
                        : row.GetProperty("body").GetRawText()
                )
            );
        var told = FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = "claude-opus-5",
                ClaimedVersion = "0.1.0",
                InputTokensEstimate = 500,
                ContextWindow = 1000,
                Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000),
                Upstream = Text(row, "upstream"),
                CloseModels = ["near"],
            }
        );
        return List([
            Quote(
                $"{failure.Kind} {failure.Repair} {failure.Repair?.IsPerRequest} {failure.IsTransient} {failure.IsOfAccount} {failure.RetryDelay.TotalMilliseconds:F0}"
            ),
            Quote(string.Join(", ", told.Headers.Select(h => $"{h.Key}: {h.Value}"))),
            Quote($"{told.Status}"),
            Buffer(output => told.Write(output, "req_1")),
            Buffer(output => ChatFailures.Translate(told).Write(output)),
            Buffer(output => ResponsesFailures.Translate(told).Write(output)),
        ]);
    }

    public static string Kept(JsonElement row)
    {
        var call = ResponsesCall.Read(Encoding.UTF8.GetBytes(Filled(row.GetProperty("request"), PlainCall)));
        var input = Calls.Translate(Filled(row.GetProperty("request"), PlainCall)).Input;
        var kept = new KeptResponse("resp_1", input, [], ReadOnlyMemory<byte>.Empty);
        var fold = new ResponsesFold();
        var missing = fold.Problem;
        var warm = WarmUp.Answer(call, "resp_w", 7);
        warm.ToList().ForEach(fold.Accept);
        return List([
            Buffer(output =>
                ResponseListing.WriteInput(
                    output,
                    kept,
                    Number(row, "limit") ?? ResponseListing.DefaultLimit,
                    row.GetProperty("ascending").GetBoolean(),
                    Text(row, "after")
                )
            ),
            Buffer(output => ResponseListing.WriteDeleted(output, "resp_1")),
            Buffer(output => ResponseListing.WriteCount(output, 5)),
            Quote($"{missing?.Status} {missing?.Message} / {fold.Problem?.Message}"),
            Buffer(fold.Write),
            Buffer(output => fold.WriteCompaction(output, input)),
            .. warm.Select(e => Encoding.UTF8.GetString(e.Json.Span)),
        ]);
    }

    public static string MessagesWithFacts(JsonElement row) =>
        Caught(() =>
        {
            var json = Filled(
                row.GetProperty("request"),
                """{"model":"claude-opus-5-5","max_tokens":9999,"messages":[{"role":"user","content":"a"}]}"""
            );
            using var request = MessagesRequest.Read(Encoding.UTF8.GetBytes(json));
            var translated = RequestTranslator.Translate(
                request,
                new RequestFacts(Text(row, "session"), Text(row, "agent")),
                new TranslationSettings
                {
                    Model = ModelResolver.Resolve(request.Model, ModelCatalogue.Embedded, new ModelRules())!,
                    DefaultEffort = Text(row, "effort"),
                    Verbosity = Text(row, "verbosity"),
                    RejectPrefill = Text(row, "prefill") == "reject",
                    FindReasoning = (conversation, anchor) =>
                        Text(row, "reasoning") == anchor
                            ?
                            [
                                new ReasoningEnvelope("gAAAA" + conversation, Text(row, "sealer"), "rs_1", "account"),
                                new ReasoningEnvelope("refused", Text(row, "sealer")),
                            ]
                            : null,
                    IsRefused = envelope => envelope.EncryptedContent == "refused",
                }
            );
            var context = translated.Context;
            return List([
                Written(Body(translated.Body), context.Losses, context),
                Quote(
                    $"{context.SessionId} {context.Conversation} {context.AgentId} {context.CacheKey} {context.Stream}"
                ),
                List(translated.Body.Input.OfType<ReasoningItem>().Select(item => Quote($"{item.SealedBy}"))),
            ]);
        });

    public static string Attempts(JsonElement row)
    {
        var echo = row.TryGetProperty("echo", out var told)
            ? told.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)).ToList()
            : [];
        var lines = new List<string>();
        var translator = new ResponsesTranslator(
            ResponseFixtures.Settings(),
            new ResponsesAnswer { Echo = echo, Finished = kept => lines.Add(Encoding.UTF8.GetString(kept.Json.Span)) }
        );
        var output = new List<ResponsesEvent>();
        foreach (
            var (attempt, index) in row.GetProperty("attempts").EnumerateArray().Select((events, i) => (events, i))
        )
        {
            if (index > 0)
            {
                translator.BeginAttempt(null);
            }

            foreach (var json in Texts(attempt))
            {
                var bytes = Encoding.UTF8.GetBytes(json);
                translator.Accept(new RawEvent(ResponseEventReader.Read(bytes), bytes), output);
            }

            translator.EndOfStream();
            lines.Add(
                Quote(
                    $"{translator.State} {translator.Started} {translator.HasSentBlock} {translator.HasFinishedBlock} {translator.CanFinishAfterCut} {translator.OutputSoFar.Count} {translator.Failure?.Event?.GetType().Name}"
                )
            );
        }

        switch (Text(row, "end"))
        {
            case "complete":
                translator.Complete(output);
                break;
            case { } message:
                translator.WriteError(ClientError.Passing(529, "overloaded_error", message), output);
                break;
        }

        return List([
            .. lines,
            .. output.Select(e => Encoding.UTF8.GetString(e.Json.Span)),
            Quote(
                $"{translator.State} {translator.Turn?.ResponseId} {translator.Turn?.StopReason} {translator.Turn?.ToolCalls} {translator.Turn?.Usage} {translator.Turn?.ServingModel}"
            ),
        ]);
    }
}
