using System.Globalization;

namespace CodexProxy.Load;

/// <summary>How a soak runs.</summary>
/// <param name="Minutes">How long the mixed load lasts. Default 60.</param>
/// <param name="Gateway">The gateway's assembly or executable. Default: the Release build of this repository.</param>
internal sealed record SoakOptions(double Minutes, string Gateway)
{
    /// <summary>Reads <c>--minutes N --gateway PATH</c>.</summary>
    public static SoakOptions Parse(string[] args)
    {
        var options = new SoakOptions(60, LoadOptions.DefaultGateway());
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--minutes" => options with { Minutes = double.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--gateway" => options with { Gateway = Path.GetFullPath(args[++i]) },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }

        return options;
    }
}
