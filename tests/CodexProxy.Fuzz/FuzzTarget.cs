using CodexProxy.Fuzz.Inputs;

namespace CodexProxy.Fuzz;

/// <summary>Something that reads what others wrote, and what must hold whatever they wrote.</summary>
/// <param name="name">Its name; also the folder of its inputs in the fixtures.</param>
/// <param name="weight">How often it is taken, beside the others.</param>
/// <param name="source">Makes its inputs.</param>
internal abstract class FuzzTarget(string name, int weight, IInputSource source)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>How often it is taken, beside the others.</summary>
    public int Weight { get; } = weight;

    /// <summary>The input of a number: the same for the same seed.</summary>
    public byte[] Make(ulong seed, long number) =>
        source.Make(
            new Dice(Dice.Mix(Dice.Mix(seed, Dice.Hash(System.Text.Encoding.UTF8.GetBytes(Name))), (ulong)number))
        );

    /// <summary>Checks one input. What is not declared by the code under test is thrown.</summary>
    /// <returns>Whether it was read to its end, and not refused.</returns>
    /// <exception cref="LawBrokenException">Something does not hold.</exception>
    public abstract bool Check(byte[] input);

    /// <summary>Fails unless it holds.</summary>
    protected static void Holds(bool law, string what)
    {
        if (!law)
        {
            throw new LawBrokenException(what);
        }
    }
}

/// <summary>What must hold does not.</summary>
internal sealed class LawBrokenException(string law) : Exception(law);
