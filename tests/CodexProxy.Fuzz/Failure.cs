using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CodexProxy.Fuzz;

/// <summary>An input that broke something.</summary>
/// <param name="Target">What it was given to.</param>
/// <param name="Input">The input.</param>
/// <param name="Kind">What broke, and where: the same for inputs that break the same.</param>
/// <param name="Details">For people.</param>
internal sealed partial record Failure(FuzzTarget Target, byte[] Input, string Kind, string Details)
{
    /// <summary>Time for one input, far above what any needs and far below what one that grows with its square takes.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    /// <summary>What an input breaks; null when it breaks nothing.</summary>
    /// <param name="target">What it is given to.</param>
    /// <param name="input">The input.</param>
    /// <param name="accepted">Whether it was read.</param>
    public static Failure? Of(FuzzTarget target, byte[] input, out bool accepted)
    {
        accepted = false;
        // On a busy machine a moment can be long: only what is slow three times is slow.
        for (var attempt = 1; ; attempt++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                accepted = target.Check(input);
            }
            catch (Exception exception)
            {
                return new Failure(target, input, KindOf(exception), exception.ToString());
            }

            var took = Stopwatch.GetElapsedTime(began);
            if (took < Patience)
            {
                return null;
            }

            if (attempt == 3)
            {
                return new Failure(target, input, "slow", $"{input.Length} bytes took {took.TotalSeconds:F1} s.");
            }
        }
    }

    /// <summary>A name for its file.</summary>
    public string FileName => $"{NoName().Replace(Kind, "-").Trim('-')}-{Inputs.Dice.Hash(Input) % 0xFFFFFF:x6}.bin";

    // The law that was broken, or the first own code under an exception.
    private static string KindOf(Exception exception)
    {
        if (exception is LawBrokenException)
        {
            return exception.Message;
        }

        var frame = new StackTrace(exception)
            .GetFrames()
            .Select(frame => frame.GetMethod())
            .FirstOrDefault(method =>
                method?.DeclaringType?.FullName?.StartsWith("CodexProxy.", StringComparison.Ordinal) is true
            );
        return $"{exception.GetType().Name} in {frame?.DeclaringType?.Name}.{frame?.Name}";
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NoName();
}
