using System.Buffers;
using System.Text;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using FsCheck;
using FsCheck.Fluent;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What holds for every stream, checked on generated ones.</summary>
public sealed class ResponseLaws
{
    private static readonly TranslationContext Context = ResponseFixtures.Context() with
    {
        ThinkingRequested = true,
        StopSequences = ["zz", "zyz"],
        ScrubbedArguments = [new("Read", "pages")],
        Prefill = "ab",
    };

    private static readonly string[] Alphabet =
    [
        "a",
        "b",
        "z",
        "y",
        " ",
        "\"",
        "\\",
        "{",
        "}",
        ",",
        ":",
        "é",
        "😀",
        "\n",
    ];

    private static Gen<string> Words { get; } = Gen.Elements(Alphabet).ArrayOf().Select(string.Concat);

    /// <summary>One item: its kind, its text and where its deltas are split.</summary>
    private static Gen<Item> Items { get; } =
        from kind in Gen.Choose(0, 2)
        from text in Words
        from pages in Gen.Elements("", "1")
        from size in Gen.Choose(1, 5)
        select new Item(kind, text, pages, size);

    private static Gen<Item[]> Responses { get; } = Items.ArrayOf().Resize(6);

    [Fact]
    public void Interleaving_independent_items_gives_the_same_message()
    {
        var runs = from items in Responses from seed in Gen.Choose(0, int.MaxValue) select (items, seed);
        Check(
            runs,
            run =>
            {
                var lanes = run.items.Select((item, index) => item.Events(index)).ToArray();
                var inOrder = Run([.. lanes.SelectMany(lane => lane)]);

                return Fold(Run(Interleave(lanes, run.seed))) == Fold(inOrder);
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
    public void Blocks_open_once_close_once_never_nest_and_are_numbered_without_gap()
    {
        var runs = from items in Responses from seed in Gen.Choose(0, int.MaxValue) select (items, seed);
        Check(
            runs,
            run => IsWellFormed(Run(Interleave([.. run.items.Select((item, index) => item.Events(index))], run.seed)))
        );
    }

    [Fact]
    public void Garbage_never_throws_and_never_breaks_the_form()
    {
        string[] pool =
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
            SummaryDelta(0, "t"),
            ReasoningDone(3, null),
            ReasoningDone(4),
            SearchDone(5, """{"type":"search","query":"q"}"""),
            SearchDone(0, "null"),
            Cite(0, "u", -5, 900),
            Failed("server_error"),
            Failed("x_policy"),
            Completed,
            """{"type":"response.completed","response":{"output":[{"type":"message","content":[{"text":"b"}]},{"type":"function_call","name":"R"}]}}""",
            """{"type":"response.output_item.added","item":{"type":"what"}}""",
            """{"type":"response.output_item.done","item":{}}""",
            """{"type":"response.output_text.delta","delta":"q"}""",
            """{"type":"response.incomplete"}""",
            """{"type":"later"}""",
            "[DONE]",
        ];
        Check(
            Gen.Elements(pool).ArrayOf(),
            events =>
            {
                var run = new ResponseRun(Context).AcceptAll(ResponseFixtures.Events(events));
                return run.Translator.State != TranslationState.Running && HasForm(run.Output);
            }
        );
    }

    [Fact]
    public void Garbled_bytes_never_throw()
    {
        var whole =
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"text":"é😀\ud83d"}]}}"""u8.ToArray();
        var runs =
            from at in Gen.Choose(0, whole.Length - 1)
            from with in Gen.Choose(0, 255)
            from length in Gen.Choose(0, whole.Length)
            select (at, with, length);
        Check(
            runs,
            run =>
            {
                byte[] garbled = [.. whole];
                garbled[run.at] = (byte)run.with;
                return ResponseEventReader.Read(garbled.AsSpan(0, run.length)) is not null;
            }
        );
    }

    [Fact]
    public void A_delta_costs_little_memory_from_upstream_to_client()
    {
        var context = ResponseFixtures.Context() with { MaxTokens = 32_000 };
        var run = new ResponseRun(context).Accept(Created, TextDelta(0, "first"));
        var bytes = Encoding.UTF8.GetBytes(TextDelta(0, " word"));
        var buffer = new ArrayBufferWriter<byte>(1 << 20);
        using var writer = new StreamEventWriter();
        List<StreamEvent> output = new(4);
        const int deltas = 1000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < deltas; i++)
        {
            output.Clear();
            run.Translator.Accept(ResponseEventReader.Read(bytes), output);
            writer.Write(buffer, output[0]);
        }

        // The upstream event, its text, the stream event, and the growth of the lists that remember the text.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / deltas).ShouldBeLessThan(240);
    }

    private static void Check<T>(Gen<T> values, Func<T, bool> law) =>
        Prop.ForAll(values.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static List<StreamEvent> Run(IReadOnlyList<string> events) =>
        new ResponseRun(Context).Accept([.. events, .. Message(90, "end"), Completed]).Output;

    private static string Fold(List<StreamEvent> output)
    {
        var accumulator = new MessageAccumulator();
        foreach (var e in output)
        {
            accumulator.Accept(e);
        }

        // Inputs are any text here, so most are no JSON; that too has to be the same.
        return accumulator.TryFinish(out var message, out var invalid)
            ? ResponseFixtures.WriteMessage(message)
            : $"invalid {invalid}";
    }

    private static bool IsWellFormed(List<StreamEvent> output) =>
        HasForm(output) && output[^1] is StreamEvent.MessageStop;

    private static bool HasForm(List<StreamEvent> output)
    {
        int next = 0,
            open = -1;
        for (var i = 0; i < output.Count; i++)
        {
            var fits = output[i] switch
            {
                StreamEvent.MessageStart => i == 0,
                StreamEvent.Ping => i == 1,
                StreamEvent.BlockStart start => open < 0 && start.Index == next++ && (open = start.Index) >= 0,
                StreamEvent.BlockStop stop => stop.Index == open && (open = -1) < 0,
                StreamEvent.TextDelta delta => delta.Index == open && delta.Text.Length > 0,
                StreamEvent.InputJsonDelta delta => delta.Index == open && delta.PartialJson.Length > 0,
                StreamEvent.ThinkingDelta delta => delta.Index == open,
                StreamEvent.SignatureDelta delta => delta.Index == open,
                StreamEvent.CitationsDelta delta => delta.Index == open,
                StreamEvent.MessageDelta => open < 0 && i == output.Count - 2,
                StreamEvent.MessageStop => i == output.Count - 1,
                _ => false,
            };
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Item(int Kind, string Text, string Pages, int Size)
    {
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

        private string Json => $"{{\"pages\":{Quote(Pages)},\"text\":{Quote(Text)}}}";

        // A code point is never split: the wire has no half ones.
        private IEnumerable<string> Split(string text) =>
            text.EnumerateRunes().Select(rune => rune.ToString()).Chunk(Size).Select(chunk => string.Concat(chunk));
    }
}
