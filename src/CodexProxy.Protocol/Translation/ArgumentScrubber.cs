using System.Text;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Removes listed pairs <c>"key":""</c> from the top level of a call's arguments while they stream: models fill optional
/// strings with <c>""</c> where the tool expects them to be absent. A pair is held back until the first character of its
/// value is known; everything else passes as it came.
/// </summary>
internal sealed class ArgumentScrubber(IReadOnlyCollection<string> keys)
{
    private readonly StringBuilder _held = new();
    private readonly StringBuilder _key = new();
    private State _state = State.BeforeObject;
    private int _depth;
    private bool _inString;
    private bool _escaped;
    private bool _keptMember;

    private enum State
    {
        BeforeObject,
        BeforeKey,
        InKey,
        BeforeColon,
        BeforeValue,
        InEmptyValue,
        Passing,
    }

    /// <summary>Takes a piece; returns what can be sent of everything so far.</summary>
    internal string Accept(string piece)
    {
        var output = new StringBuilder(piece.Length);
        foreach (var c in piece)
        {
            Step(c, output);
        }

        return output.ToString();
    }

    /// <summary>Ends the arguments: an unfinished pair is sent as it came.</summary>
    internal string End()
    {
        var rest = _held.ToString();
        _held.Clear();
        _state = State.Passing;
        return rest;
    }

    private void Step(char c, StringBuilder output)
    {
        switch (_state)
        {
            case State.BeforeObject:
                output.Append(c);
                if (c == '{')
                {
                    _depth = 1;
                    _state = State.BeforeKey;
                }
                else if (!char.IsWhiteSpace(c))
                {
                    // No object, so there are no members to scrub.
                    _depth = int.MinValue;
                    _state = State.Passing;
                }

                break;
            case State.BeforeKey:
                BeforeKey(c, output);
                break;
            case State.InKey:
                InKey(c, output);
                break;
            case State.BeforeColon:
                _held.Append(c);
                _state = c == ':' ? State.BeforeValue : _state;
                break;
            case State.BeforeValue:
                _held.Append(c);
                if (c == '"')
                {
                    _state = State.InEmptyValue;
                }
                else if (!char.IsWhiteSpace(c))
                {
                    Release(output, c);
                }

                break;
            case State.InEmptyValue:
                InEmptyValue(c, output);
                break;
            default:
                output.Append(c);
                Pass(c, output);
                break;
        }
    }

    private void BeforeKey(char c, StringBuilder output)
    {
        _held.Append(c);
        if (c == '"')
        {
            _key.Clear();
            _state = State.InKey;
        }
        else if (c != ',' && !char.IsWhiteSpace(c))
        {
            Release(output, c);
        }
    }

    private void InKey(char c, StringBuilder output)
    {
        _held.Append(c);
        if (c == '"' && !_escaped)
        {
            if (keys.Contains(_key.ToString()))
            {
                _state = State.BeforeColon;
            }
            else
            {
                Release(output, ' ');
            }

            return;
        }

        _escaped = c == '\\' && !_escaped;
        _key.Append(c);
    }

    private void InEmptyValue(char c, StringBuilder output)
    {
        if (c == '"')
        {
            // The comma before the pair, if any, was held with it.
            _held.Clear();
            _state = State.Passing;
            return;
        }

        _held.Append(c);
        _inString = true;
        _escaped = c == '\\';
        Release(output, ' ');
    }

    private void Release(StringBuilder output, char last)
    {
        // Once the members before it are gone, the first one kept must not begin with their comma.
        var start = _held.Length > 0 && _held[0] == ',' && !_keptMember && last != '}' ? 1 : 0;
        output.Append(_held, start, _held.Length - start);
        _held.Clear();
        _keptMember = true;
        _state = State.Passing;
        if (!_inString)
        {
            Pass(last, output);
        }
    }

    private void Pass(char c, StringBuilder output)
    {
        if (_inString)
        {
            _inString = _escaped || c != '"';
            _escaped = !_escaped && c == '\\';
        }
        else if (c == '"')
        {
            _inString = true;
        }
        else if (c is '{' or '[')
        {
            _depth++;
        }
        else if (c is '}' or ']')
        {
            _depth--;
        }
        else if (c == ',' && _depth == 1)
        {
            output.Length--;
            _held.Append(c);
            _state = State.BeforeKey;
        }
    }
}
