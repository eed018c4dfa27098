using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tests.Translation;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What holds for every Chat request.</summary>
public sealed class ChatRequestLaws
{
    // Messages as clients, interrupted clients and other people's clients send them.
    private static readonly string[] Pool =
    [
        """{"role":"user","content":"words"}""",
        """{"role":"user","content":"  "}""",
        """{"role":"user","content":null}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/i.png"}},{"type":"what","n":[1]}]}""",
        """{"role":"system","content":"note"}""",
        """{"role":"developer","content":[]}""",
        """{"role":"assistant","content":"said"}""",
        """{"role":"assistant","content":null,"refusal":"no"}""",
        """{"role":"assistant","content":"","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}""",
        """{"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"a name that is not legal","arguments":"x"}},{"function":{"name":"f"}}]}""",
        """{"role":"assistant","content":"b","tool_calls":[{"id":"call|odd","type":"custom","custom":{"name":"c","input":"i"}}]}""",
        """{"role":"assistant","function_call":{"name":"f","arguments":"{}"}}""",
        """{"role":"tool","tool_call_id":"call_1","content":"r"}""",
        """{"role":"tool","tool_call_id":"call|odd","content":[{"type":"text","text":"r"}]}""",
        """{"role":"tool","tool_call_id":"gone","content":null}""",
        """{"role":"function","name":"f","content":"r"}""",
    ];

    private static readonly Arbitrary<string[]> Histories = Gen.Elements(Pool)
        .NonEmptyListOf()
        .Select(list => list.ToArray())
        .ToArbitrary();

    [Fact]
    public void Calls_and_outputs_are_always_in_pairs_of_one_kind() =>
        Check(
            Histories,
            history =>
            {
                var open = new HashSet<(string, bool)>();
                foreach (var item in Try(history)?.Input ?? [])
                {
                    var fits = item switch
                    {
                        FunctionCallItem call => call.CallId.Length <= 64 && open.Add((call.CallId, false)),
                        CustomToolCallItem call => call.CallId.Length <= 64 && open.Add((call.CallId, true)),
                        FunctionCallOutputItem output => open.Remove((output.CallId, false)),
                        CustomToolCallOutputItem output => open.Remove((output.CallId, true)),
                        _ => true,
                    };
                    if (!fits)
                    {
                        return false;
                    }
                }

                return open.Count == 0;
            }
        );

    [Fact]
    public void The_same_history_gives_the_same_bytes() =>
        Check(
            Histories,
            history =>
                Try(history) is not { } body
                || RequestTranscriptTests.Write(body).SequenceEqual(RequestTranscriptTests.Write(Try(history)!))
        );

    [Fact]
    public void A_history_that_only_grows_gives_an_input_that_only_grows() =>
        Check(
            Turns.ToArbitrary(),
            turns =>
            {
                string[] ask = ["""{"role":"user","content":"and then?"}"""];
                var history = turns.SelectMany(turn => turn.Chat).ToList();
                var before = Items(Try([.. history, .. ask])!);
                var after = Items(Try([.. history, .. ask, """{"role":"assistant","content":"this"}""", .. ask])!);
                return after.Take(before.Count).SequenceEqual(before);
            }
        );

    [Fact]
    public void A_conversation_gives_the_same_input_as_the_same_conversation_in_messages() =>
        Check(
            Turns.ToArbitrary(),
            turns =>
            {
                var chat = Try([.. turns.SelectMany(turn => turn.Chat), """{"role":"user","content":"end"}"""])!;
                var messages = Requests.Body(
                    Requests.WithMessages(
                        string.Join(
                            ',',
                            [.. turns.SelectMany(turn => turn.Messages), """{"role":"user","content":"end"}"""]
                        )
                    )
                );
                return Items(chat).SequenceEqual(Items(messages));
            }
        );

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        var whole = System.Text.Encoding.UTF8.GetBytes(
            ChatRequests.WithMessages(
                string.Join(',', Pool),
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"\\ud83d\\ude00\"}}],"
            )
        );
        var edits = from at in Gen.Choose(0, whole.Length - 1) from with in Gen.Choose(0, 255) select (at, with);
        Check(
            edits.ToArbitrary(),
            edit =>
            {
                byte[] garbled = [.. whole];
                garbled[edit.at] = (byte)edit.with;
                try
                {
                    ChatRequests.Translate(garbled, settings => settings);
                }
                catch (RequestRejectedException rejected)
                {
                    return rejected.Error.Status == 400;
                }
                catch (NullReferenceException) when (edit.at < 25)
                {
                    // The test resolves the model's name, and this one is unknown.
                }

                return true;
            }
        );
    }

    // Exchanges as an agent session makes them, in both protocols.
    private static Gen<Turn[]> Turns { get; } =
        Gen.Elements(
                new Turn(
                    [
                        """{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"https://example.com/i.png"}}]}""",
                        """{"role":"developer","content":"note"}""",
                        """{"role":"assistant","content":"said"}""",
                    ],
                    [
                        """{"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"url","url":"https://example.com/i.png"}}]}""",
                        """{"role":"system","content":"note"}""",
                        """{"role":"assistant","content":"said"}""",
                    ]
                ),
                new Turn(
                    [
                        """{"role":"user","content":"do"}""",
                        """{"role":"assistant","content":"doing","tool_calls":[{"id":"call_1","type":"function","function":{"name":"Read","arguments":"{\"a\":\"b\"}"}},{"id":"call_2","type":"function","function":{"name":"Bash","arguments":"{}"}}]}""",
                        """{"role":"tool","tool_call_id":"call_2","content":"two"}""",
                        """{"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"o"},{"type":"text","text":"ne"}]}""",
                        """{"role":"assistant","content":"done"}""",
                    ],
                    [
                        """{"role":"user","content":"do"}""",
                        """{"role":"assistant","content":[{"type":"text","text":"doing"},{"type":"tool_use","id":"call_1","name":"Read","input":{"a":"b"}},{"type":"tool_use","id":"call_2","name":"Bash","input":{}}]}""",
                        """{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_2","content":"two"},{"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"o"},{"type":"text","text":"ne"}]}]}""",
                        """{"role":"assistant","content":"done"}""",
                    ]
                ),
                new Turn(
                    [
                        """{"role":"user","content":"stop"}""",
                        """{"role":"assistant","content":null,"tool_calls":[{"id":"call_9","type":"function","function":{"name":"Bash","arguments":"{}"}}]}""",
                        """{"role":"tool","tool_call_id":"elsewhere","content":"late"}""",
                        """{"role":"user","content":"[Request interrupted by user]"}""",
                        """{"role":"assistant","content":"as you wish"}""",
                    ],
                    [
                        """{"role":"user","content":"stop"}""",
                        """{"role":"assistant","content":[{"type":"tool_use","id":"call_9","name":"Bash","input":{}}]}""",
                        """{"role":"user","content":[{"type":"tool_result","tool_use_id":"elsewhere","content":"late"}]}""",
                        """{"role":"user","content":"[Request interrupted by user]"}""",
                        """{"role":"assistant","content":"as you wish"}""",
                    ]
                )
            )
            .NonEmptyListOf()
            .Select(list => list.ToArray());

    private static List<string> Items(ResponsesRequest body) =>
        [.. body.Input.Select(item => JsonSerializer.Serialize(item, OpenAIJson.Default.InputItem))];

    private static ResponsesRequest? Try(IEnumerable<string> history)
    {
        try
        {
            return ChatRequests.Body(string.Join(',', history));
        }
        catch (RequestRejectedException rejected)
        {
            rejected.Error.Status.ShouldBe(400);
            return null;
        }
    }

    private static void Check<T>(Arbitrary<T> values, Func<T, bool> law) =>
        Prop.ForAll(values, law).QuickCheckThrowOnFailure();

    private sealed record Turn(string[] Chat, string[] Messages);
}
