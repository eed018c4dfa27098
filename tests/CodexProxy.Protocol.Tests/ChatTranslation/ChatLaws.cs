using System.Text.Json;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;
using FsCheck;
using FsCheck.Fluent;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What holds for every stream of chunks, checked on generated ones.</summary>
public sealed class ChatLaws
{
    private static readonly TranslationContext Context = ChatRun.Context() with
    {
        StopSequences = ["zz", "zyz"],
        ScrubbedArguments = [new("Read", "pages")],
    };

    private static readonly string[] Pool =
    [
        Created,
        MessageAdded(0),
        MessageAdded(1),
        TextDelta(0, "abz"),
        TextDelta(1, "z", 1),
        TextDelta(7, "y"),
        MessageDone(0, "abzz"),
        CallAdded(0),
        CallAdded(2),
        InputDelta(2, "{\"pages\":\""),
        InputDelta(0, "}"),
        CallDone(2, "{\"pages\":\"\"}"),
        ReasoningAdded(3),
        SummaryDelta(3, "s", 1),
        ReasoningDone(3, null),
        SearchDone(5, """{"type":"search","query":"q"}"""),
        Cite(0, "u", -5, 900),
        Failed("server_error"),
        Failed("x_policy"),
        Completed,
        """{"type":"response.refusal.delta","output_index":9,"content_index":0,"delta":"no"}""",
        """{"type":"response.output_item.done","output_index":8,"item":{"type":"custom_tool_call","call_id":"call_8","name":"c","input":"i"}}""",
        """{"type":"response.completed","response":{"end_turn":false,"output":[{"type":"message","content":[{"text":"b"}]}]}}""",
        """{"type":"response.incomplete"}""",
        """{"type":"error","code":"x","message":"m"}""",
        """{"type":"later"}""",
        "[DONE]",
    ];

    private static Gen<Item> Items { get; } =
        from kind in Gen.Choose(0, 2)
        from text in Gen.Elements("a", "b", "z", "y", " ", "\"", "\\", "{", "é", "😀", "\n")
            .ArrayOf()
            .Select(string.Concat)
        from size in Gen.Choose(1, 5)
        select new Item(kind, text, size);

    private static Gen<Item[]> Responses { get; } = Items.ArrayOf().Resize(6);

    // A stop sequence ends the answer at a moment, and which calls have begun by then depends on the interleaving.
    [Fact]
    public void Interleaving_independent_items_gives_the_same_answer()
    {
        var runs = from items in Responses from seed in Gen.Choose(0, int.MaxValue) select (items, seed);
        Check(
            runs,
            run =>
            {
                var context = Context with { StopSequences = [] };
                var lanes = run.items.Select((item, index) => item.Events(index)).ToArray();
                return Fold(Run(Interleave(lanes, run.seed), context))
                    == Fold(Run([.. lanes.SelectMany(lane => lane)], context));
            }
        );
    }

    [Fact]
    public void How_deltas_are_split_never_matters() =>
        Check(
            Responses,
            items =>
                Fold(Run([.. items.SelectMany((item, index) => item.Events(index))]))
                == Fold(Run([.. items.SelectMany((item, index) => (item with { Size = 1000 }).Events(index))]))
        );

    [Fact]
    public void Concatenated_deltas_are_the_finished_texts() =>
        Check(
            Responses,
            items =>
            {
                var plain = Context with { StopSequences = [], ScrubbedArguments = [] };
                var run = new ChatRun(plain).Accept([
                    .. items.SelectMany((item, index) => item.Events(index)),
                    .. Message(90, "end"),
                    Completed,
                ]);
                var completion = run.Completion;
                var reasoning = string.Join(
                    "\n\n",
                    items.Where(item => item is { Kind: 2, Text: not "" }).Select(item => item.Text)
                );
                return completion.Content
                        == string.Concat(items.Where(item => item.Kind == 0).Select(item => item.Text)) + "end"
                    && (completion.ReasoningContent ?? "") == reasoning
                    && completion
                        .ToolCalls.Select(call => call.Function.Arguments)
                        .SequenceEqual(items.Where(item => item.Kind == 1).Select(item => item.Json));
            }
        );

    [Fact]
    public void Folded_chunks_are_the_completion_that_a_reader_of_the_stream_builds() =>
        Check(
            Responses,
            items =>
            {
                var output = Run([.. items.SelectMany((item, index) => item.Events(index))]);
                return ReadBack(ChatRun.Write(output)) == Essence(ChatRun.Write(ChatRun.Fold(output)));
            }
        );

    [Fact]
    public void Every_stream_ends_once_by_a_reason_or_an_error()
    {
        Check(
            Gen.Elements(Pool).ArrayOf(),
            events =>
            {
                var run = new ChatRun(Context).AcceptAll(ResponseFixtures.Events(events));
                if (run.Translator.State is TranslationState.Empty or TranslationState.Continue)
                {
                    run.Translator.Complete(run.Output);
                }

                if (run.Translator.State == TranslationState.Failed)
                {
                    run.Translator.WriteError(ClientError.Internal, run.Output);
                }

                return HasForm(run.Output);
            }
        );
    }

    private static bool HasForm(List<ChatChunk> output)
    {
        var reasons = output.Count(chunk => chunk is ChatChunk.Delta { FinishReason: not null });
        var starts = output.Count(chunk => chunk is ChatChunk.Delta { Change.Role: not null });
        var begun = new HashSet<int>();
        foreach (var call in output.OfType<ChatChunk.Delta>().SelectMany(delta => delta.Change.ToolCalls ?? []))
        {
            // A call is begun once, in order, and before its input.
            if (call.Id is not null ? call.Index != begun.Count || !begun.Add(call.Index) : !begun.Contains(call.Index))
            {
                return false;
            }
        }

        if (starts > 0 && output[0] is not ChatChunk.Delta { Change.Role: "assistant" })
        {
            return false;
        }

        return output[^1] switch
        {
            ChatChunk.Done => reasons == 1
                && starts == 1
                && output[^2] is ChatChunk.Usage
                && output[^3] is ChatChunk.Delta { FinishReason: not null },
            ChatChunk.Error => reasons == 0 && starts <= 1,
            _ => false,
        };
    }

    private static List<ChatChunk> Run(IReadOnlyList<string> events, TranslationContext? context = null) =>
        new ChatRun(context ?? Context).Accept([.. events, .. Message(90, "end"), Completed]).Output;

    private static string Fold(List<ChatChunk> output) => ChatRun.Write(ChatRun.Fold(output));

    // What a client library does with the bytes of the stream, written without the code under test.
    private static string ReadBack(byte[] stream)
    {
        string content = "",
            reasoning = "",
            reason = "";
        var calls = new SortedDictionary<int, string>();
        var tokens = 0L;
        foreach (var (_, data) in ResponseFixtures.ReadStream(stream).Where(e => e.Data != "[DONE]"))
        {
            using var document = JsonDocument.Parse(data);
            foreach (var choice in document.RootElement.GetProperty("choices").EnumerateArray())
            {
                var delta = choice.GetProperty("delta");
                content += Text(delta, "content");
                reasoning += Text(delta, "reasoning_content");
                reason += Text(choice, "finish_reason");
                if (delta.TryGetProperty("tool_calls", out var changes))
                {
                    foreach (var change in changes.EnumerateArray())
                    {
                        var index = change.GetProperty("index").GetInt32();
                        var function = change.GetProperty("function");
                        calls[index] =
                            calls.GetValueOrDefault(index)
                            + Text(change, "id")
                            + Text(function, "name")
                            + Text(function, "arguments");
                    }
                }
            }

            if (document.RootElement.GetProperty("usage") is { ValueKind: JsonValueKind.Object } usage)
            {
                tokens = usage.GetProperty("total_tokens").GetInt64();
            }
        }

        return $"{content}|{reasoning}|{string.Join(',', calls.Values)}|{reason}|{tokens}";
    }

    private static string Essence(string completion)
    {
        using var document = JsonDocument.Parse(completion);
        var choice = document.RootElement.GetProperty("choices")[0];
        var message = choice.GetProperty("message");
        var calls = message.TryGetProperty("tool_calls", out var list)
            ? list.EnumerateArray()
                .Select(call =>
                    Text(call, "id")
                    + Text(call.GetProperty("function"), "name")
                    + Text(call.GetProperty("function"), "arguments")
                )
            : [];
        var tokens = document.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt64();
        return $"{Text(message, "content")}|{Text(message, "reasoning_content")}|{string.Join(',', calls)}|{Text(choice, "finish_reason")}|{tokens}";
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static void Check<T>(Gen<T> values, Func<T, bool> law) =>
        Prop.ForAll(values.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private sealed record Item(int Kind, string Text, int Size)
    {
        public string Json => $"{{\"pages\":\"\",\"text\":{Quote(Text)}}}";

        public string[] Events(int index) =>
            Kind switch
            {
                0 => [MessageAdded(index), .. Split(Text).Select(t => TextDelta(index, t)), MessageDone(index, Text)],
                1 => [CallAdded(index), .. Split(Json).Select(t => InputDelta(index, t)), CallDone(index, Json)],
                _ =>
                [
                    ReasoningAdded(index),
                    .. Split(Text).Select(t => SummaryDelta(index, t)),
                    ReasoningDone(index, "gAAAsealed", Text),
                ],
            };

        private IEnumerable<string> Split(string text) =>
            text.EnumerateRunes().Select(rune => rune.ToString()).Chunk(Size).Select(chunk => string.Concat(chunk));
    }
}
