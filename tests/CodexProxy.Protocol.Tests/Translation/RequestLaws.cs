using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What holds for every request.</summary>
public sealed class RequestLaws
{
    // Blocks as clients, interrupted clients and other people's clients send them.
    private static readonly string[] Blocks =
    [
        """{"type":"text","text":"words"}""",
        """{"type":"text","text":"  "}""",
        """{"text":"odd order","type":"text"}""",
        """{"type":"tool_use","id":"toolu_1","name":"Read","input":{"a":1}}""",
        """{"type":"tool_use","id":"toolu_1","name":"mcp__a.very.long__name_that_goes_on_and_on_and_on_until_nobody_can_read_it","input":"x"}""",
        """{"type":"tool_use","id":"call|odd","name":"Bash","input":null}""",
        """{"type":"tool_result","tool_use_id":"toolu_1","content":"r"}""",
        """{"type":"tool_result","tool_use_id":"call|odd","content":[{"type":"text","text":"r"}],"is_error":true}""",
        """{"type":"tool_result","tool_use_id":"gone","content":null}""",
        """{"type":"thinking","thinking":"t","signature":"gAAAAAsealed"}""",
        """{"type":"thinking","thinking":"t","signature":"foreign"}""",
        """{"type":"redacted_thinking","data":"zzz"}""",
        """{"type":"server_tool_use","id":"srv_1","name":"code_execution","input":{}}""",
        """{"type":"code_execution_tool_result","tool_use_id":"srv_1","content":{"stdout":"1"}}""",
        """{"type":"mcp_tool_use","id":"m1","server_name":"s","name":"t","input":{}}""",
        """{"type":"mcp_tool_result","tool_use_id":"m1","content":[]}""",
        """{"type":"server_tool_use","id":"srv_2","name":"web_search","input":{"query":"q"}}""",
        """{"type":"web_search_tool_result","tool_use_id":"srv_2","content":[{"type":"web_search_result","url":"https://x","title":"X","encrypted_content":"abc"}]}""",
        """{"type":"document","source":{"type":"text","data":"d"}}""",
        """{"type":"image","source":{"type":"url","url":"https://example.com/i.png"}}""",
        """{"type":"tool_reference","tool_name":"Read"}""",
        """{"type":"unheard_of","n":[1]}""",
        """{"type":5}""",
        "17",
    ];

    private static readonly Gen<string> Message =
        from role in Gen.Elements("user", "assistant", "system", "narrator")
        from blocks in Gen.Elements(Blocks).ArrayOf()
        select $$"""{"role":"{{role}}","content":[{{string.Join(',', blocks)}}]}""";

    private static readonly Arbitrary<string[]> Histories = Message
        .NonEmptyListOf()
        .Select(list => list.ToArray())
        .ToArbitrary();

    [Fact]
    public void Any_request_is_translated_or_refused() => Check(Histories, history => Try(history) is not null || true);

    [Fact]
    public void Calls_and_outputs_are_always_in_pairs() =>
        Check(
            Histories,
            history =>
            {
                if (Try(history) is not { } body)
                {
                    return true;
                }

                var open = new HashSet<string>();
                var seen = new HashSet<string>();
                foreach (var item in body.Input)
                {
                    if (
                        item is FunctionCallItem call
                        && (!seen.Add(call.CallId) || !open.Add(call.CallId) || call.CallId.Length > 64)
                    )
                    {
                        return false;
                    }

                    if (item is FunctionCallOutputItem output && !open.Remove(output.CallId))
                    {
                        return false;
                    }
                }

                return open.Count == 0;
            }
        );

    [Fact]
    public void Reasoning_always_stands_before_what_the_model_made_of_it() =>
        Check(
            Histories,
            history =>
            {
                var items = Try(history)?.Input ?? [];
                for (var i = 0; i < items.Count; i++)
                {
                    if (
                        items[i] is ReasoningItem
                        && (
                            i + 1 == items.Count
                            || items[i + 1] is FunctionCallOutputItem or MessageItem { Role: "user" }
                        )
                    )
                    {
                        return false;
                    }
                }

                return true;
            }
        );

    [Fact]
    public void The_same_history_gives_the_same_bytes() =>
        Check(Histories, history => Try(history) is not { } body || Write(body).SequenceEqual(Write(Try(history)!)));

    [Fact]
    public void A_history_that_only_grows_gives_an_input_that_only_grows() =>
        Check(
            Turns().ToArbitrary(),
            turns =>
            {
                // A complete exchange: what stands before the next user message.
                var before = Items(Try([.. turns.SelectMany(turn => turn)])!);
                var after = Items(
                    Try([.. turns.SelectMany(turn => turn), """{"role":"user","content":"and then?"}"""])!
                );
                return after.Take(before.Count).SequenceEqual(before);
            }
        );

    [Fact]
    public void A_string_is_the_same_as_one_text_block()
    {
        var asString = Requests.Body(
            Requests.WithMessages(
                """{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}"""
            )
        );
        var asBlocks = Requests.Body(
            Requests.WithMessages(
                """{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]},{"role":"assistant","content":[{"type":"text","text":"b"}]},{"role":"user","content":[{"type":"text","text":"c"}]}"""
            )
        );

        Write(asString).ShouldBe(Write(asBlocks));
    }

    [Fact]
    public void Ids_and_names_map_to_legal_ones_and_ids_back_to_themselves() =>
        Check(
            ArbMap.Default.ArbFor<NonEmptyString>(),
            text =>
            {
                var callId = Identifiers.ToCallId(text.Get);
                var name = ToolNames.Shorten(text.Get);
                return callId.Length is > 0 and <= 64
                    && name.Length is > 0 and <= 64
                    && Identifiers.ToCallId(Identifiers.ToToolUseId("call_" + Identifiers.Hex(text.Get, 24)))
                        == "call_" + Identifiers.Hex(text.Get, 24);
            }
        );

    [Fact]
    public void Real_requests_of_the_client_keep_every_rule_of_the_backend()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(ResponseFixtures.Folder, "claude-code-client"), "*.json"))
        {
            using var capture = JsonDocument.Parse(File.ReadAllBytes(file));
            if (
                !capture.RootElement.TryGetProperty("body", out var body)
                || body.ValueKind != JsonValueKind.Object
                || !body.TryGetProperty("messages", out _)
            )
            {
                continue;
            }

            var translated = RequestTranscriptTests.Translate(Encoding.UTF8.GetBytes(body.GetRawText()));

            var name = Path.GetFileName(file);
            translated.Input.ShouldNotBeEmpty(name);
            translated.Instructions!.ShouldNotContain("x-anthropic-billing-header", Case.Sensitive, name);
            translated
                .Tools!.OfType<FunctionTool>()
                .ShouldAllBe(tool => tool.Name.Length <= 64 && tool.Name != "DeferredToolPlaceholder");
            translated.Input.OfType<MessageItem>().ShouldAllBe(item => item.Role != "system" && item.Content.Count > 0);
            translated.PromptCacheKey.Length.ShouldBeLessThanOrEqualTo(64, name);
            Pairs(translated).ShouldBeTrue(name);
        }
    }

    // Whole exchanges, as an agent session makes them.
    private static Gen<string[][]> Turns() =>
        Gen.Choose(0, 2)
            .Select(kind =>
                kind switch
                {
                    0 => new[]
                    {
                        """{"role":"user","content":"ask"}""",
                        """{"role":"system","content":"note"}""",
                        """{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gAAAAAsealed"},{"type":"text","text":"said"}]}""",
                    },
                    1 =>
                    [
                        """{"role":"user","content":[{"type":"text","text":"do"}]}""",
                        """{"role":"assistant","content":[{"type":"text","text":"doing"},{"type":"tool_use","id":"toolu_1","name":"Read","input":{"a":"b"}}]}""",
                        """{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"r"}]}""",
                        """{"role":"assistant","content":[{"type":"text","text":"done"}]}""",
                    ],
                    _ =>
                    [
                        """{"role":"user","content":"stop"}""",
                        """{"role":"assistant","content":[{"type":"tool_use","id":"toolu_9","name":"Bash","input":{}}]}""",
                        """{"role":"user","content":"[Request interrupted by user]"}""",
                        """{"role":"assistant","content":"as you wish"}""",
                    ],
                }
            )
            .NonEmptyListOf()
            .Select(list => list.ToArray());

    private static List<string> Items(ResponsesRequest body)
    {
        // The request to continue a prefill is no part of the history.
        var items = body.Input.ToList();
        if (
            items[^1] is MessageItem { Role: "developer" }
            && items[^2] is MessageItem { Role: "assistant", Phase: null } last
        )
        {
            items.RemoveAt(items.Count - 1);
            items[^1] = last with { Phase = "final_answer" };
        }

        return [.. items.Select(item => JsonSerializer.Serialize(item, OpenAIJson.Default.InputItem))];
    }

    private static bool Pairs(ResponsesRequest body) =>
        body
            .Input.OfType<FunctionCallItem>()
            .Select(call => call.CallId)
            .Order()
            .SequenceEqual(body.Input.OfType<FunctionCallOutputItem>().Select(output => output.CallId).Order());

    private static byte[] Write(ResponsesRequest body) => RequestTranscriptTests.Write(body);

    private static ResponsesRequest? Try(IEnumerable<string> history)
    {
        try
        {
            return Requests.Body(Requests.WithMessages(string.Join(',', history)));
        }
        catch (RequestRejectedException rejected)
        {
            rejected.Error.Status.ShouldBe(400);
            return null;
        }
    }

    private static void Check<T>(Arbitrary<T> values, Func<T, bool> law) =>
        Prop.ForAll(values, law).QuickCheckThrowOnFailure();
}
