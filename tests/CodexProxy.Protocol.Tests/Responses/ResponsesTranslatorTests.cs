using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Responses;

public sealed class ResponsesTranslatorTests
{
    public static TheoryData<string> Streams =>
        [
            .. Directory
                .GetFiles(Path.Combine(ResponseFixtures.Folder, "codex-backend", "sse"), "*.sse")
                .Select(file => Path.GetFileName(file)!),
        ];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_event_passes_unchanged_but_for_its_number_and_the_private_ones(string file)
    {
        var raw = Read(file);
        var run = Run(raw);

        var expected = raw.Select(e => Parse(e.Json))
            .Where(e => e.GetProperty("type").GetString()!.StartsWith("codex.", StringComparison.Ordinal) is false)
            .ToList();
        if (run.Translator.State != TranslationState.Completed)
        {
            // What failed is told by the gateway, in its own words; nothing of it may look like an end.
            run.Events.ShouldNotContain(e => e.Type == "response.completed");
            return;
        }

        run.Events.Select(e => e.Type).ShouldBe(expected.Select(e => e.GetProperty("type").GetString()!));
        foreach (var ((passed, original), number) in run.Events.Zip(expected).Select((pair, i) => (pair, i)))
        {
            var json = Parse(passed.Json);
            json.GetProperty("sequence_number").GetInt32().ShouldBe(number);
            foreach (
                var member in original.EnumerateObject().Where(m => m.Name is not ("sequence_number" or "response"))
            )
            {
                JsonElement.DeepEquals(json.GetProperty(member.Name), member.Value).ShouldBeTrue(member.Name);
            }

            Encoding.UTF8.GetString(passed.Json.Span).ShouldNotContain('\n');
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void The_whole_answer_is_what_the_stream_ends_with_and_holds_its_items(string file)
    {
        var run = Run(Read(file));
        if (run.Translator.State != TranslationState.Completed)
        {
            return;
        }

        var fold = new ResponsesFold();
        run.Events.ForEach(fold.Accept);
        var output = new ArrayBufferWriter<byte>();
        fold.Write(output);

        var whole = Parse(output.WrittenMemory);
        JsonElement.DeepEquals(whole, Parse(run.Events[^1].Json).GetProperty("response")).ShouldBeTrue();
        JsonElement.DeepEquals(whole, Parse(run.Kept.ShouldNotBeNull().Json)).ShouldBeTrue();
        var done = run
            .Events.Where(e => e.Type == "response.output_item.done")
            .Select(e => Parse(e.Json).GetProperty("item"))
            .ToList();
        whole
            .GetProperty("output")
            .EnumerateArray()
            .Select(item => item.GetProperty("type").GetString())
            .ShouldBe(done.Select(item => item.GetProperty("type").GetString()));
    }

    [Fact]
    public void Nothing_leaves_before_there_is_content_and_a_repeat_begins_anew()
    {
        var run = new ResponsesRun();
        run.Accept("""{"type":"response.created","response":{"id":"resp_1"},"sequence_number":0}""");
        run.Accept(
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"message"},"sequence_number":1}"""
        );
        run.Events.ShouldBeEmpty();
        run.Accept(
            """{"type":"response.failed","response":{"id":"resp_1","error":{"code":"server_error","message":"m"}}}"""
        );
        run.Translator.State.ShouldBe(TranslationState.Failed);
        run.Translator.HasSentBlock.ShouldBeFalse();

        run.Translator.BeginAttempt(null);
        run.Accept("""{"type":"response.created","response":{"id":"resp_2"},"sequence_number":0}""");
        run.Accept("""{"type":"response.output_text.delta","output_index":0,"delta":"a","sequence_number":1}""");

        run.Events.Select(e => e.Type).ShouldBe(["response.created", "response.output_text.delta"]);
        Parse(run.Events[0].Json).GetProperty("response").GetProperty("id").GetString().ShouldBe("resp_2");
    }

    [Fact]
    public void A_number_is_added_where_the_upstream_gave_none_and_other_bytes_stay()
    {
        var run = new ResponsesRun();

        run.Accept("""{ "type" : "response.output_text.delta", "delta":"\u00e9 \/", "output_index" : 0 }""");

        Encoding
            .UTF8.GetString(run.Events.ShouldHaveSingleItem().Json.Span)
            .ShouldBe(
                """{ "type" : "response.output_text.delta", "delta":"\u00e9 \/", "output_index" : 0 ,"sequence_number":0}"""
            );
    }

    [Fact]
    public void A_time_without_words_is_a_comment()
    {
        var run = new ResponsesRun();
        run.Translator.Start(run.Events);
        var output = new ArrayBufferWriter<byte>();
        using var writer = new ResponsesEventWriter();

        writer.Write(output, run.Events.ShouldHaveSingleItem());

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(": keep-alive\n\n");
        run.Translator.Started.ShouldBeTrue();
        run.Translator.HasSentBlock.ShouldBeFalse("a repeat may still be hidden");
    }

    [Fact]
    public void An_error_after_output_is_an_event_with_code_and_field()
    {
        var run = new ResponsesRun();
        run.Accept("""{"type":"response.output_text.delta","output_index":0,"delta":"a"}""");
        run.Translator.EndOfStream();

        run.Translator.WriteError(ClientError.Passing(500, "api_error", "Cut."), run.Events);

        Encoding
            .UTF8.GetString(run.Events[^1].Json.Span)
            .ShouldBe("""{"type":"error","code":"server_error","message":"Cut.","param":null,"sequence_number":1}""");
        Encoding
            .UTF8.GetString(run.Events[^1].Error!.ToFrame().Span)
            .ShouldBe(
                """{"type":"error","status":500,"error":{"message":"Cut.","type":"server_error","param":null,"code":null},"headers":{"x-should-retry":"true"}}"""
            );
    }

    private static ResponsesRun Run(List<RawEvent> events)
    {
        var run = new ResponsesRun();
        foreach (var e in events)
        {
            run.Translator.Accept(e, run.Events);
        }

        run.Translator.EndOfStream();
        return run;
    }

    private static List<RawEvent> Read(string file)
    {
        using var stream = new MemoryStream(ResponseFixtures.ReadBytes("codex-backend", "sse", file));
        return
        [
            .. SseParser
                .Create(stream, static (_, data) => new RawEvent(ResponseEventReader.Read(data), data.ToArray()))
                .Enumerate()
                .Select(item => item.Data)
                .Where(e => e.Event is not MalformedEvent),
        ];
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
