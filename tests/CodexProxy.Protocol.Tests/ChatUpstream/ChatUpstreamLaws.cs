using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;
using FsCheck;
using FsCheck.Fluent;
using static CodexProxy.Protocol.Tests.ChatUpstream.ChatUpstreamFixture;

namespace CodexProxy.Protocol.Tests.ChatUpstream;

/// <summary>What holds for every answer of a Chat upstream, checked on generated ones.</summary>
public sealed class ChatUpstreamLaws
{
    private static readonly string[] Finishes = ["stop", "length", "tool_calls", "content_filter", "odd"];

    private static readonly string[] Pool =
    [
        """{"choices":[{"delta":{"content":"a"}}]}""",
        """{"choices":[{"delta":{"reasoning_content":"b"}}]}""",
        """{"choices":[{"delta":{"refusal":"c"}}]}""",
        """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{"}}]}}]}""",
        """{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"name":"patch","arguments":"}"}}]}}]}""",
        """{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"}"}}]}}]}""",
        """{"choices":[{"delta":{"tool_calls":[7,null,{"function":3}],"content":4},"finish_reason":5}]}""",
        """{"choices":[{"delta":{},"finish_reason":"stop"}]}""",
        """{"choices":[{"message":{"content":"whole"},"finish_reason":"length"}]}""",
        """{"choices":[],"usage":{"prompt_tokens":-1,"completion_tokens":1e99}}""",
        """{"choices":7,"model":8,"id":9,"usage":[]}""",
        """{"error":{"code":500}}""",
        """{"error":null,"choices":[null,3]}""",
        "[DONE]",
        "{",
    ];

    private static readonly Gen<string> Text = Gen.Elements("a", "b ", "\"", "\\", "é", "😀", "\n", "{")
        .ArrayOf()
        .Select(string.Concat);

    private static readonly Gen<Completion> Completions =
        from reasoning in Text
        from content in Text
        from calls in Text.ArrayOf().Resize(4)
        from finish in Gen.Elements(Finishes)
        select new Completion(reasoning, content, calls, finish);

    [Fact]
    public void A_stream_ends_as_the_whole_completion_it_is_made_of()
    {
        var runs = from whole in Completions from seed in Gen.Choose(0, int.MaxValue) select (whole, seed);
        Check(runs, run => Events(run.whole.Chunks(run.seed))[^1] == Events([run.whole.Whole])[^1]);
    }

    [Fact]
    public void Whatever_comes_nothing_follows_the_end_and_every_item_that_begins_is_done()
    {
        Check(
            Gen.Elements(Pool).ArrayOf(),
            chunks =>
            {
                var events = Events(chunks)
                    .Select(json => ResponseEventReader.Read(Encoding.UTF8.GetBytes(json)))
                    .ToList();
                var end = events.FindIndex(e => e is ResponseCompleted or ResponseIncomplete or ErrorEvent);
                var begun = events.Count(e => e is OutputItemAdded);
                var done = events.Count(e => e is OutputItemDone);
                return (end < 0 || end == events.Count - 1)
                    && (end < 0 || events[end] is ErrorEvent || begun == done)
                    && !events.Any(e => e is UnknownEvent);
            }
        );
    }

    [Fact]
    public void Every_stream_ends_for_the_client()
    {
        Check(
            Gen.Elements(Pool).ArrayOf(),
            chunks =>
            {
                var run = new ResponseRun();
                foreach (var json in Events(chunks))
                {
                    run.Accept((ResponseEvent[])[ResponseEventReader.Read(Encoding.UTF8.GetBytes(json))]);
                }

                run.Translator.EndOfStream();
                return run.Translator.State != TranslationState.Running;
            }
        );
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes()
    {
        var json = File.ReadAllText(Path("conversation.request.json"));

        Write(Translate(json)).ShouldBe(Write(Translate(json)));
    }

    private static void Check<T>(Gen<T> values, Func<T, bool> law) =>
        Prop.ForAll(values.ToArbitrary(), law).QuickCheckThrowOnFailure();

    private sealed record Completion(string Reasoning, string Content, string[] Inputs, string Finish)
    {
        public string Whole =>
            Json(writer =>
            {
                writer.WriteStartObject("message");
                writer.WriteString("reasoning_content", Reasoning);
                writer.WriteString("content", Content);
                writer.WriteStartArray("tool_calls");
                for (var i = 0; i < Inputs.Length; i++)
                {
                    WriteCall(writer, i, Inputs[i], begins: true);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteString("finish_reason", Finish);
            });

        public List<string> Chunks(int seed)
        {
            var random = new Random(seed);
            var chunks = new List<string>();
            chunks.AddRange(Pieces(Reasoning, random).Select(piece => Delta("reasoning_content", piece)));
            chunks.AddRange(Pieces(Content, random).Select(piece => Delta("content", piece)));
            // Calls begin in their order; their pieces come in any.
            var lanes = Inputs.Select(input => new Queue<string>(Pieces(input, random))).ToList();
            for (var i = 0; i < lanes.Count; i++)
            {
                chunks.Add(Call(i, "", begins: true));
            }

            while (lanes.Exists(lane => lane.Count > 0))
            {
                var lane = random.Next(lanes.Count);
                if (lanes[lane].TryDequeue(out var piece))
                {
                    chunks.Add(Call(lane, piece, begins: false));
                }
            }

            chunks.Add(
                Json(writer =>
                {
                    writer.WriteStartObject("delta");
                    writer.WriteEndObject();
                    writer.WriteString("finish_reason", Finish);
                })
            );
            return chunks;
        }

        private static IEnumerable<string> Pieces(string text, Random random)
        {
            var runes = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
            for (var at = 0; at < runes.Count; )
            {
                var count = random.Next(1, 4);
                yield return string.Concat(runes.Skip(at).Take(count));
                at += count;
            }
        }

        private static string Delta(string member, string text) =>
            Json(writer =>
            {
                writer.WriteStartObject("delta");
                writer.WriteString(member, text);
                writer.WriteEndObject();
            });

        private static string Call(int index, string input, bool begins) =>
            Json(writer =>
            {
                writer.WriteStartObject("delta");
                writer.WriteStartArray("tool_calls");
                WriteCall(writer, index, input, begins);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });

        private static void WriteCall(Utf8JsonWriter writer, int index, string input, bool begins)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", index);
            if (begins)
            {
                writer.WriteString("id", $"call_{index}");
            }

            writer.WriteStartObject("function");
            if (begins)
            {
                writer.WriteString("name", index % 2 == 0 ? "f" : "patch");
            }

            writer.WriteString("arguments", input);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        private static string Json(Action<Utf8JsonWriter> choice)
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writer.WriteStartObject();
                writer.WriteString("id", "gen");
                writer.WriteStartArray("choices");
                writer.WriteStartObject();
                choice(writer);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}
