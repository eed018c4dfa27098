namespace CodexProxy.Fuzz.Inputs;

/// <summary>Makes inputs of one kind.</summary>
internal interface IInputSource
{
    /// <summary>The input that these dice lead to.</summary>
    byte[] Make(Dice dice);
}
