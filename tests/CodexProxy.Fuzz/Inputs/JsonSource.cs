using System.Buffers;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>Makes JSON inputs: new values near the samples, samples with faults, and bytes that are no JSON any more.</summary>
internal sealed class JsonSource : IInputSource
{
    private readonly Node[] _samples;
    private readonly Shapes _shapes = new();
    private readonly ThreadLocal<(JsonMutator Mutator, ArrayBufferWriter<byte> Buffer)> _tools;

    /// <summary>A source of inputs like these samples. Samples that are no JSON are left out.</summary>
    public JsonSource(IEnumerable<byte[]> samples)
    {
        _samples = [.. samples.Select(sample => Node.Parse(sample)?.Cut()).OfType<Node>()];
        foreach (var sample in _samples)
        {
            _shapes.Learn(sample);
        }

        _tools = new(() => (new JsonMutator(_shapes), new ArrayBufferWriter<byte>(4096)));
    }

    /// <inheritdoc/>
    public byte[] Make(Dice dice)
    {
        var (mutator, buffer) = _tools.Value;
        buffer.ResetWrittenCount();
        if (dice.Below(10) < 4)
        {
            _shapes.Make("", dice, buffer);
        }
        else
        {
            mutator.Write(dice.Pick(_samples), dice, buffer);
        }

        return dice.OneIn(12) ? ByteFaults.Apply(buffer.WrittenSpan, dice) : buffer.WrittenSpan.ToArray();
    }

    /// <summary>Appends one value, for inputs that hold several.</summary>
    public void Append(Node sample, Dice dice, ArrayBufferWriter<byte> output) =>
        _tools.Value.Mutator.Write(sample, dice, output);

    /// <summary>Appends a new value near the samples.</summary>
    public void AppendNew(Dice dice, ArrayBufferWriter<byte> output) => _shapes.Make("", dice, output);
}
