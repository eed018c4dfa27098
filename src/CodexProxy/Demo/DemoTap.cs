using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Demo;

/// <summary>
/// Stands between gateway and upstream and shows what passes. It hands on one event at a time, at a pace a person can follow.
/// </summary>
/// <param name="screen">Where it is shown.</param>
/// <param name="pace">Pause before each event.</param>
/// <param name="timeProvider">The clock of the pause.</param>
internal sealed class DemoTap(DemoScreen screen, TimeSpan pace, TimeProvider timeProvider)
    : DelegatingHandler(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        }
    )
{
    private volatile bool _silent;

    /// <summary>From now on everything passes unseen and at once.</summary>
    public void Silence() => _silent = true;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var path = request.RequestUri!.AbsolutePath;
        if (_silent || request.Content is null || !path.EndsWith("/responses", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
        using (var json = SoundJson.Parse(body))
        {
            screen.UpstreamRequest(DemoText.OfUpstreamRequest(path, json.RootElement));
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            var inner = await response.Content.ReadAsStreamAsync(cancellationToken);
            var shown = new StreamContent(new TapStream(inner, this));
            foreach (var (name, values) in response.Content.Headers)
            {
                shown.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = shown;
        }

        return response;
    }

    private async ValueTask ShowAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        if (pace > TimeSpan.Zero)
        {
            await Task.Delay(pace, timeProvider, cancellationToken);
        }

        foreach (var line in Encoding.UTF8.GetString(in bytes).Split('\n'))
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var json = SoundJson.Parse(line["data: ".Length..]);
                screen.UpstreamEvent(DemoText.OfUpstreamEvent(json.RootElement));
            }
        }
    }

    /// <summary>A stream of events that gives one event to each read.</summary>
    private sealed class TapStream(Stream inner, DemoTap tap) : Stream
    {
        private readonly PipeReader _reader = PipeReader.Create(inner);
        private ReadOnlyMemory<byte> _rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_rest.IsEmpty)
            {
                _rest = await NextEventAsync(cancellationToken);
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _reader.Complete();
            }

            base.Dispose(disposing);
        }

        private async ValueTask<ReadOnlyMemory<byte>> NextEventAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var read = await _reader.ReadAsync(cancellationToken);
                if (EndOfEvent(read.Buffer) is { } end)
                {
                    var bytes = read.Buffer.Slice(0, end);
                    await tap.ShowAsync(bytes, cancellationToken);
                    var copy = bytes.ToArray();
                    _reader.AdvanceTo(end);
                    return copy;
                }

                if (read.IsCompleted)
                {
                    var last = read.Buffer.ToArray();
                    _reader.AdvanceTo(read.Buffer.End);
                    return last;
                }

                _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }

        private static SequencePosition? EndOfEvent(ReadOnlySequence<byte> buffer)
        {
            var reader = new SequenceReader<byte>(buffer);
            return reader.TryReadTo(out ReadOnlySequence<byte> _, "\n\n"u8) ? reader.Position : null;
        }
    }
}
