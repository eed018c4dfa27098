using System.Globalization;

namespace CodexProxy.Load;

/// <summary>The stream with which the upstream answers every request.</summary>
/// <param name="Deltas">Text deltas of one answer.</param>
/// <param name="Gap">Pause before each delta; zero sends all at once.</param>
/// <param name="Home">Folder that gets a login the upstream accepts.</param>
internal sealed record UpstreamShape(int Deltas, TimeSpan Gap, string Home)
{
    /// <summary>Reads the arguments of the upstream role.</summary>
    public static UpstreamShape Parse(string[] args) =>
        new(
            int.Parse(args[0], CultureInfo.InvariantCulture),
            TimeSpan.FromMilliseconds(double.Parse(args[1], CultureInfo.InvariantCulture)),
            args[2]
        );

    /// <summary>The arguments of the upstream role.</summary>
    public string[] ToArguments() =>
        [
            "upstream",
            Deltas.ToString(CultureInfo.InvariantCulture),
            Gap.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            Home,
        ];
}
