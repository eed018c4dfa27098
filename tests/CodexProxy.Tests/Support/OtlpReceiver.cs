using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CodexProxy.Tests.Support;

/// <summary>A receiver of OTLP on loopback, over HTTP or gRPC, that keeps what it was sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Export> _exports = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Its address.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>What came.</summary>
    public IReadOnlyCollection<Export> Exports => _exports;

    /// <summary>All spans that came.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
        [
            .. _exports
                .Where(export => export.Path is "/v1/traces" || export.Path.EndsWith("TraceService/Export"))
                .SelectMany(export => Protobuf.Read(export.Body).All(1))
                .SelectMany(resource => resource.All(2).SelectMany(scope => scope.All(2)))
                .Select(span => new OtlpSpan(span)),
        ];

    /// <summary>All metrics that came: name and the labels of each point.</summary>
    public IReadOnlyList<(string Name, string Unit, IReadOnlyDictionary<string, string> Labels)> Points =>
        [
            .. _exports
                .Where(export => export.Path is "/v1/metrics" || export.Path.EndsWith("MetricsService/Export"))
                .SelectMany(export => Protobuf.Read(export.Body).All(1))
                .SelectMany(resource => resource.All(2).SelectMany(scope => scope.All(2)))
                .SelectMany(metric =>
                    (
                        from kind in (int[])[5, 7, 9]
                        from data in metric.All(kind)
                        from point in data.All(1)
                        select (metric.Text(1), metric.Text(3), OtlpSpan.Attributes(point.All(kind == 9 ? 9 : 7)))
                    )
                ),
        ];

    /// <summary>Attributes of the program that sent.</summary>
    public IReadOnlyDictionary<string, string> Resource =>
        OtlpSpan.Attributes(Protobuf.Read(_exports.First().Body).All(1).First().All(1).First().All(1));

    public static async Task<OtlpReceiver> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1
            )
        );
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(http => receiver.TakeAsync(http, grpc));
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http, bool grpc)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(
            header => header.Key.ToLowerInvariant(),
            h => h.Value.ToString()
        );
        // A frame of gRPC: one byte of flags, four of length.
        _exports.Enqueue(new Export(http.Request.Path, headers, body.ToArray()[(grpc ? 5 : 0)..]));
        http.Response.ContentType = grpc ? "application/grpc" : "application/x-protobuf";
        if (grpc)
        {
            await http.Response.Body.WriteAsync(new byte[5]);
            http.Response.AppendTrailer("grpc-status", "0");
        }
    }

    /// <summary>One export.</summary>
    internal sealed record Export(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}

/// <summary>One span as it was sent.</summary>
internal sealed class OtlpSpan(Protobuf span)
{
    public string Trace { get; } = Convert.ToHexStringLower(span.Bytes(1));

    public string Id { get; } = Convert.ToHexStringLower(span.Bytes(2));

    public string Parent { get; } = Convert.ToHexStringLower(span.Bytes(4));

    public string Name { get; } = span.Text(5);

    /// <summary>1 internal, 2 server, 3 client.</summary>
    public ulong Kind { get; } = span.Number(6);

    public IReadOnlyDictionary<string, string> Tags { get; } = Attributes(span.All(9));

    public IReadOnlyList<string> Events { get; } = [.. span.All(11).Select(one => one.Text(2))];

    public bool Failed { get; } = span.All(15).Any(status => status.Number(3) == 2);

    public static IReadOnlyDictionary<string, string> Attributes(IEnumerable<Protobuf> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair => Value(pair.All(2).First()));

    private static string Value(Protobuf value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(3) ? value.Number(3).ToString()
        : value.Has(2)
            ? value.Number(2) == 1 ? "true"
                : "false"
        : value.Has(5) ? string.Join(',', value.All(5).First().All(1).Select(Value))
        : "?";
}
