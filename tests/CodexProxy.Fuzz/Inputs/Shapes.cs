using System.Buffers;
using System.Text;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>
/// What samples look like: which members an object under a name has, and which values stand under a name. From that, values
/// are made that are near the real ones and that nobody has written down.
/// </summary>
internal sealed class Shapes
{
    private readonly Dictionary<string, List<Node>> _values = [];
    private readonly Dictionary<string, List<(byte[] Name, string Context)>> _members = [];
    private readonly List<Node> _all = [];

    /// <summary>All values of one sample.</summary>
    public void Learn(Node node, string context = "")
    {
        _all.Add(node);
        Known(_values, context).Add(node);
        foreach (var (name, value) in node.Members ?? [])
        {
            var inner = Encoding.UTF8.GetString(name);
            var members = Known(_members, context);
            if (!members.Exists(known => known.Context == inner))
            {
                members.Add((name, inner));
            }

            Learn(value, inner);
        }

        foreach (var item in node.Items ?? [])
        {
            Learn(item, context + "[]");
        }
    }

    /// <summary>Any value of the samples.</summary>
    public Node Any(Dice dice) => dice.Pick(_all);

    /// <summary>A value that stood under the same name somewhere.</summary>
    public Node Under(string context, Dice dice) =>
        _values.TryGetValue(context, out var values) ? dice.Pick(values) : Any(dice);

    /// <summary>Makes a value for a place.</summary>
    /// <param name="context">The place: the name above, and <c>[]</c> for each list; <c>""</c> for the whole.</param>
    /// <param name="dice">Decides.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="depth">How deep it stands.</param>
    public void Make(string context, Dice dice, ArrayBufferWriter<byte> output, int depth = 0)
    {
        if (dice.OneIn(60))
        {
            Scalars.Write(dice, output);
            return;
        }

        var model = Under(context, dice);
        if (depth > 24 || model.Token is not null)
        {
            model.Write(output);
        }
        else if (model.Items is { } items)
        {
            var count = dice.OneIn(8) ? dice.Below(6) : items.Count;
            output.Write("["u8);
            for (var i = 0; i < count; i++)
            {
                if (i > 0)
                {
                    output.Write(","u8);
                }

                Make(context + "[]", dice, output, depth + 1);
            }

            output.Write("]"u8);
        }
        else
        {
            MakeObject(model, context, dice, output, depth);
        }
    }

    private void MakeObject(Node model, string context, Dice dice, ArrayBufferWriter<byte> output, int depth)
    {
        var first = true;
        output.Write("{"u8);
        foreach (var (name, value) in model.Members!)
        {
            if (dice.OneIn(16))
            {
                continue;
            }

            var keep = dice.Below(3) > 0;
            Begin(name, ref first, output);
            if (keep)
            {
                // The words that say what a thing is fit the rest of it.
                if (value.Token is not null)
                {
                    value.Write(output);
                    continue;
                }
            }

            Make(Encoding.UTF8.GetString(name), dice, output, depth + 1);
        }

        if (dice.OneIn(4) && _members.TryGetValue(context, out var others))
        {
            var (name, inner) = dice.Pick(others);
            Begin(name, ref first, output);
            Make(inner, dice, output, depth + 1);
        }

        output.Write("}"u8);
    }

    private static void Begin(byte[] name, ref bool first, ArrayBufferWriter<byte> output)
    {
        output.Write(first ? ""u8 : ","u8);
        output.Write(name);
        output.Write(":"u8);
        first = false;
    }

    private static List<T> Known<T>(Dictionary<string, List<T>> of, string context)
    {
        if (!of.TryGetValue(context, out var known))
        {
            of[context] = known = [];
        }

        return known;
    }
}
