using CodexProxy.Fuzz.Inputs;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Fuzz.Targets;

/// <summary>Answers of an upstream of Chat Completions, made into the backend's events and those into a client's.</summary>
internal sealed class ChatUpstreamTarget()
    : FuzzTarget("chat-upstream", 4, new StreamSource(Fixtures.Read("chat-upstream", "*.sse")))
{
    private static readonly MessagesAnswerTarget Messages = new();
    private static readonly ResponsesAnswerTarget Responses = new();

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        var dice = new Dice(Dice.Hash(input));
        var reader = new ChatUpstreamReader(
            new ChatUpstreamAnswer
            {
                Seed = "seed",
                Upstream = "other",
                CreatedAt = 7,
                ReturnsReasoning = dice.OneIn(2),
                CustomTools = new HashSet<string> { "patch", "f" },
            }
        );
        var made = new List<ReadOnlyMemory<byte>>();
        foreach (var chunk in Pieces.ReadAllWays(input))
        {
            reader.Accept(chunk, made);
        }

        reader.End(made);
        Judge(made);
        List<byte[]> data = [.. made.Select(json => json.ToArray())];
        return dice.OneIn(2) ? Messages.Run(data, dice) : Responses.Run(data, dice);
    }

    private static void Judge(List<ReadOnlyMemory<byte>> made)
    {
        int begun = 0,
            done = 0,
            end = -1;
        var failed = false;
        for (var i = 0; i < made.Count; i++)
        {
            var read = ResponseEventReader.Read(made[i].Span);
            begun += read is OutputItemAdded ? 1 : 0;
            done += read is OutputItemDone ? 1 : 0;
            if (read is ResponseCompleted or ResponseIncomplete or ErrorEvent)
            {
                end = i;
                failed = read is ErrorEvent;
            }
        }

        Holds(end < 0 || end == made.Count - 1, "something follows the end");
        Holds(end < 0 || failed || begun == done, "an item that began was not done");
    }
}
