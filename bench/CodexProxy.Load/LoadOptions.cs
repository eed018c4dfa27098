using CodexProxy.Bench;

namespace CodexProxy.Load;

/// <summary>How the load test runs.</summary>
/// <param name="Gateway">The gateway's assembly or executable. Default: the Release build of this repository.</param>
/// <param name="Pairs">How many A/B pairs each ratio rests on. Default 7.</param>
/// <param name="Requests">Requests of one measurement. Default 400.</param>
/// <param name="Streams">Concurrent slow streams. Default 1000.</param>
/// <param name="Only">The one scenario to run: <c>paced</c>, <c>burst</c>, <c>store</c>, <c>first-delta</c> or <c>slow</c>; null for all.</param>
/// <param name="Write">Whether <c>bench/results.md</c> is updated. Default: not.</param>
internal sealed record LoadOptions(string Gateway, int Pairs, int Requests, int Streams, string? Only, bool Write)
{
    /// <summary>Reads <c>--gateway PATH --pairs N --requests N --streams N --only NAME --write</c>.</summary>
    public static LoadOptions Parse(string[] args)
    {
        var options = new LoadOptions(DefaultGateway(), 7, 400, 1000, null, false);
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--gateway" => options with { Gateway = Path.GetFullPath(args[++i]) },
                "--pairs" => options with { Pairs = int.Parse(args[++i], null) },
                "--requests" => options with { Requests = int.Parse(args[++i], null) },
                "--streams" => options with { Streams = int.Parse(args[++i], null) },
                "--only" => options with { Only = args[++i] },
                "--write" => options with { Write = true },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }

        return options;
    }

    /// <summary>The Release build of this repository.</summary>
    public static string DefaultGateway() =>
        Path.Combine(ResultsFile.RepositoryRoot(), "artifacts", "bin", "CodexProxy", "release", "codex-proxy.dll");
}
