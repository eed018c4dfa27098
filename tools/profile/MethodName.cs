namespace CodexProxy.Profile;

/// <summary>A type by its name, as the runtime's list of compiled methods writes it.</summary>
/// <param name="Name">With namespace, outer types before <c>+</c>, and the number of type parameters.</param>
/// <param name="Arguments">Type arguments, those of outer types first.</param>
/// <param name="Ranks">Ranks of arrays around it, innermost first.</param>
internal sealed record TypeName(string Name, IReadOnlyList<TypeName> Arguments, IReadOnlyList<int> Ranks);

/// <summary>A method by its name: <c>Namespace.Type`1[argument]:Method[argument]</c>.</summary>
/// <param name="Type">The type that has it.</param>
/// <param name="Name">Its own name; all overloads are meant.</param>
/// <param name="Arguments">Type arguments of the method itself.</param>
internal sealed record MethodName(TypeName Type, string Name, IReadOnlyList<TypeName> Arguments)
{
    /// <summary>Reads one line.</summary>
    /// <returns>The method, or null when the line is of another form.</returns>
    public static MethodName? Read(string line)
    {
        var reader = new Reader(line);
        var type = reader.Type();
        if (!reader.Skips(':'))
        {
            return null;
        }

        var name = reader.Until("[(");
        var arguments = reader.Arguments();
        return name.Length > 0 && (reader.IsAtEnd || reader.Skips('(')) ? new MethodName(type, name, arguments) : null;
    }

    private sealed class Reader(string text)
    {
        private int at;

        public bool IsAtEnd => at == text.Length;

        public bool Skips(char sign)
        {
            if (IsAtEnd || text[at] != sign)
            {
                return false;
            }

            at++;
            return true;
        }

        public string Until(string signs)
        {
            var end = text.AsSpan(at).IndexOfAny(signs);
            var found = end < 0 ? text[at..] : text.Substring(at, end);
            at += found.Length;
            return found;
        }

        public TypeName Type()
        {
            var name = Until("[],:");
            IReadOnlyList<TypeName> arguments = IsArray() ? [] : Arguments();
            var ranks = new List<int>();
            while (IsArray())
            {
                at++;
                var commas = Until("]").Length;
                Skips(']');
                ranks.Add(commas + 1);
            }

            return new TypeName(name, arguments, ranks);
        }

        public List<TypeName> Arguments()
        {
            var arguments = new List<TypeName>();
            if (IsArray() || !Skips('['))
            {
                return arguments;
            }

            do
            {
                arguments.Add(Type());
            } while (Skips(','));
            Skips(']');
            return arguments;
        }

        private bool IsArray() => at + 1 < text.Length && text[at] == '[' && text[at + 1] is ']' or ',';
    }
}
