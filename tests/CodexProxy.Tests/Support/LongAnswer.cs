using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CodexProxy.Tests.Support;

/// <summary>Answers a request for a model with 64 MB of text, and counts what was taken of it.</summary>
internal sealed class LongAnswer : DelegatingHandler
{
    public const long Total = 64 * 1024 * 1024;
    public const long Bound = 24 * 1024 * 1024;

    private readonly Counter _given = new();

    public LongAnswer()
        : base(new SocketsHttpHandler()) { }

    public long Given => Interlocked.Read(ref _given.Count);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (!request.RequestUri!.AbsolutePath.EndsWith("/responses", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var content = new StreamContent(new Repeated(_given));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private sealed class Counter
    {
        public long Count;
    }

    /// <summary>The begin of a recorded answer, its first piece of text again and again, and its end.</summary>
    private sealed class Repeated : ReadOnlyStream
    {
        private readonly Counter _given;
        private readonly byte[] _begin;
        private readonly byte[] _piece;
        private readonly byte[] _end;
        private ReadOnlyMemory<byte> _rest;
        private bool _ended;

        public Repeated(Counter given)
        {
            _given = given;
            var text = File.ReadAllText(Repository.File("tests/Fixtures/codex-backend/sse/01-plain-text.sse"));
            var start = text.IndexOf("event: response.output_text.delta", StringComparison.Ordinal);
            var stop = text.IndexOf("\n\n", start, StringComparison.Ordinal) + 2;
            _begin = Encoding.UTF8.GetBytes(text[..start]);
            // The same event with the same number is taken for one that came twice.
            var piece = text[start..stop].Replace("\"sequence_number\":4,", "");
            _piece = Encoding.UTF8.GetBytes(piece.Replace("\"Hello\"", $"\"{new string('a', 8000)}\""));
            _end = Encoding.UTF8.GetBytes(text[stop..]);
            _rest = _begin;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.IsEmpty && !_ended)
            {
                _ended = Interlocked.Read(ref _given.Count) >= LongAnswer.Total;
                _rest = _ended ? _end : _piece;
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            Interlocked.Add(ref _given.Count, count);
            return ValueTask.FromResult(count);
        }
    }
}
