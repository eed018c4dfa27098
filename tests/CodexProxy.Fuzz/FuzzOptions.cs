using System.Globalization;

namespace CodexProxy.Fuzz;

/// <summary>How a run goes.</summary>
/// <param name="Inputs">How many inputs. Default ten million.</param>
/// <param name="Seed">Where the inputs come from; the same seed gives the same ones. Default 1.</param>
/// <param name="Workers">How many at a time. Default: one for each core.</param>
/// <param name="Target">The one target; null for all.</param>
internal sealed record FuzzOptions(long Inputs, ulong Seed, int Workers, string? Target)
{
    /// <summary>Reads <c>--inputs N --seed N --workers N --target NAME</c>.</summary>
    public static FuzzOptions Parse(string[] args)
    {
        var options = new FuzzOptions(10_000_000, 1, Environment.ProcessorCount, null);
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--inputs" => options with { Inputs = long.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--seed" => options with { Seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--workers" => options with { Workers = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--target" => options with { Target = args[++i] },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }

        return options;
    }
}
