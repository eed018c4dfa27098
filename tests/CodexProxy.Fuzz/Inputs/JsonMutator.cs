using System.Buffers;
using System.Text;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>Writes a value with one to four faults at random places.</summary>
internal sealed class JsonMutator(Shapes shapes)
{
    private readonly int[] _places = new int[4];
    private Dice _dice = new(0);
    private ArrayBufferWriter<byte> _output = new();
    private int _count;
    private int _at;

    /// <summary>Writes it.</summary>
    public void Write(Node root, Dice dice, ArrayBufferWriter<byte> output)
    {
        (_dice, _output, _at) = (dice, output, 0);
        _count = 1 + dice.Below(dice.OneIn(2) ? 4 : 1);
        for (var i = 0; i < _count; i++)
        {
            _places[i] = root.Size == 1 ? 0 : 1 + dice.Below(root.Size - 1);
        }

        Value(root, "");
    }

    private bool IsHit() => _places.AsSpan(0, _count).Contains(_at++);

    private void Value(Node node, string context)
    {
        if (node.Token is not null)
        {
            _output.Write(node.Token);
            return;
        }

        var first = true;
        _output.Write(node.Items is null ? "{"u8 : "["u8);
        if (node.Members is { } members)
        {
            foreach (var (name, value) in members)
            {
                Member(name, value, ref first);
            }
        }
        else
        {
            foreach (var item in node.Items!)
            {
                Element(item, context + "[]", ref first);
            }
        }

        _output.Write(node.Items is null ? "}"u8 : "]"u8);
    }

    private void Member(byte[] name, Node value, ref bool first)
    {
        var context = Encoding.UTF8.GetString(name);
        if (!IsHit())
        {
            Name(name, ref first);
            Value(value, context);
            return;
        }

        var fault = _dice.Below(8);
        if (fault == 0)
        {
            // Dropped; places inside it are passed over.
            _at += value.Size - 1;
            return;
        }

        Name(fault == 1 ? "\"other\""u8 : name, ref first);
        if (fault == 2)
        {
            var at = _at;
            Value(value, context);
            _at = at;
            Name(name, ref first);
        }

        Faulty(value, context, fault);
    }

    private void Element(Node item, string context, ref bool first)
    {
        var hit = IsHit();
        var fault = hit ? _dice.Below(8) : -1;
        if (fault == 0)
        {
            _at += item.Size - 1;
            return;
        }

        _output.Write(first ? ""u8 : ","u8);
        first = false;
        if (fault is 1 or 2)
        {
            var at = _at;
            Value(item, context);
            _at = at;
            _output.Write(","u8);
        }

        if (hit)
        {
            Faulty(item, context, fault);
        }
        else
        {
            Value(item, context);
        }
    }

    private void Faulty(Node value, string context, int fault)
    {
        switch (fault)
        {
            case 3 or 4:
                Scalars.Write(_dice, _output);
                break;
            case 5:
                shapes.Under(context, _dice).Write(_output);
                break;
            case 6:
                shapes.Any(_dice).Write(_output);
                break;
            case 7:
                var wrap = _dice.Below(3);
                _output.Write(
                    wrap == 0 ? "["u8
                    : wrap == 1 ? "{\"type\":"u8
                    : "\""u8
                );
                if (wrap == 2)
                {
                    _output.Write("\""u8);
                    break;
                }

                value.Write(_output);
                _output.Write(wrap == 0 ? "]"u8 : "}"u8);
                break;
            default:
                Value(value, context);
                return;
        }

        _at += value.Size - 1;
    }

    private void Name(ReadOnlySpan<byte> name, ref bool first)
    {
        _output.Write(first ? ""u8 : ","u8);
        _output.Write(name);
        _output.Write(":"u8);
        first = false;
    }
}
