using System.Net.ServerSentEvents;
using System.Text.Json;

namespace CodexProxy.Tests.Faults;

/// <summary>How an answer looks to its client when it is over.</summary>
internal enum AnswerEnd
{
    /// <summary>It is whole.</summary>
    Answered,

    /// <summary>It was begun, and an error or a cut connection ended it.</summary>
    ErrorTold,

    /// <summary>It was not begun: there is a status.</summary>
    HttpError,
}

/// <summary>What a client of one of the protocols makes of an answer.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Content">Its texts and calls in their order, and why it ended.</param>
/// <param name="Broken">What breaks the protocol; null when nothing does.</param>
internal sealed record ClientView(AnswerEnd End, IReadOnlyList<string> Content, string? Broken = null)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="face">How was asked.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">Bytes of the body.</param>
    /// <param name="isCut">Whether the connection was broken.</param>
    public static ClientView Of(ClientFace face, int status, byte[] body, bool isCut)
    {
        if (status != 200)
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement.GetProperty("error");
            var message = error.GetProperty("message").GetString();
            return new ClientView(
                AnswerEnd.HttpError,
                [$"{status} {error.GetProperty("type").GetString()}"],
                string.IsNullOrEmpty(message) ? "an error without a message" : null
            );
        }

        if (!face.Streams)
        {
            using var whole = JsonDocument.Parse(body);
            return new ClientView(AnswerEnd.Answered, WholeAnswer.Read(face, whole.RootElement));
        }

        var events = new List<(string Name, string Data)>();
        using (var stream = new MemoryStream(body))
        {
            foreach (var item in SseParser.Create(stream).Enumerate())
            {
                events.Add((item.EventType, item.Data));
            }
        }

        StreamView view = face.Path switch
        {
            "/v1/messages" => new MessagesView(),
            "/v1/chat/completions" => new ChatView(),
            _ => new ResponsesView(),
        };
        foreach (var (name, data) in events)
        {
            view.Take(name, data);
        }

        var broken = view.Problem ?? (view.IsOver || isCut ? null : "ended without an end");
        return new ClientView(
            view is { IsOver: true, IsError: false } && !isCut ? AnswerEnd.Answered : AnswerEnd.ErrorTold,
            view.Content,
            view is { IsOver: true, IsError: false } && isCut ? "cut after its end" : broken
        );
    }
}

/// <summary>Reads a streamed answer as a strict client would.</summary>
internal abstract class StreamView
{
    /// <summary>Texts and calls so far.</summary>
    public List<string> Content { get; } = [];

    /// <summary>Whether the last event was there.</summary>
    public bool IsOver { get; protected set; }

    /// <summary>Whether it was an error.</summary>
    public bool IsError { get; protected set; }

    /// <summary>The first thing that breaks the protocol.</summary>
    public string? Problem { get; private set; }

    public void Take(string name, string data)
    {
        Expect(!IsOver, "something after the end");
        Read(name, data);
    }

    protected abstract void Read(string name, string data);

    protected void Expect(bool holds, string otherwise) => Problem ??= holds ? null : otherwise;
}
