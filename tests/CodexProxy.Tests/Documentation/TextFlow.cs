using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CodexProxy.Tests.Documentation;

/// <summary>
/// Follows a text of the sources backwards from where it is shown to where it is written: through parameters to the calls,
/// through locals, fields and properties to what is put there, through methods to what they give back. What cannot be known
/// before the program runs becomes <c>…</c>.
/// </summary>
internal sealed class TextFlow(SourceText source)
{
    public const string Hole = "…";

    private const int Depth = 12;
    private const int Most = 400;
    private static readonly string[] Unknown = [Hole];

    /// <summary>Every text that an expression may have.</summary>
    public IReadOnlyCollection<string> Of(ExpressionSyntax expression) =>
        [.. Whole(expression, []).SelectMany(bound => Read(expression, bound, 0)).Select(Clean).Distinct()];

    // One set of arguments per way to get here: two parameters of one call belong together.
    private IEnumerable<Bindings> Whole(ExpressionSyntax expression, ImmutableHashSet<ISymbol> above)
    {
        var method = MadeBy(expression);
        if (method is null || above.Contains(method) || above.Count > 5)
        {
            return [Bindings.None];
        }

        above = above.Add(method);
        var calls = source.CallsOf(method).ToList();
        return calls.Count == 0 ? [Bindings.None] : calls.SelectMany(call => Bound(method, call, above)).Take(Most);
    }

    private IEnumerable<Bindings> Bound(IMethodSymbol method, CallSite call, ImmutableHashSet<ISymbol> above)
    {
        var passed = method
            .Parameters.Select(parameter => (Parameter: parameter, Argument: call.ArgumentOf(parameter)))
            .Where(pair => pair.Argument is not null)
            .ToList();
        // What is passed may itself be made of the caller's parameters.
        var first = passed
            .Where(pair => IsText(pair.Parameter.Type) && MadeBy(pair.Argument!) is not null)
            .OrderBy(pair => IsMember(MadeBy(pair.Argument!)!))
            .FirstOrDefault();
        IEnumerable<Bindings> outer = first.Argument is { } open ? Whole(open, above) : [Bindings.None];
        return outer.Select(bound => new Bindings(
            passed.ToDictionary(
                pair => (ISymbol)pair.Parameter,
                pair => (pair.Argument!, bound),
                SymbolEqualityComparer.Default
            )
        ));
    }

    // The method whose arguments decide the text; what a record was made with comes second.
    private IMethodSymbol? MadeBy(ExpressionSyntax expression) =>
        Parameters(expression)
            .Select(one => one.ContainingSymbol)
            .OfType<IMethodSymbol>()
            .OrderBy(IsMember)
            .FirstOrDefault();

    private static bool IsMember(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Constructor, ContainingType.IsRecord: true };

    private IEnumerable<IParameterSymbol> Parameters(ExpressionSyntax expression) =>
        expression
            .DescendantNodesAndSelf()
            .OfType<IdentifierNameSyntax>()
            .SelectMany(name =>
                source.SymbolOf(name) switch
                {
                    IParameterSymbol parameter when IsText(parameter.Type) && parameter.RefKind != RefKind.Out =>
                    [
                        parameter,
                    ],
                    ILocalSymbol local => source
                        .AssignedTo(local)
                        .Where(value => !value.Contains(expression))
                        .SelectMany(value => value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
                        .Select(source.SymbolOf)
                        .OfType<IParameterSymbol>()
                        .Where(parameter => IsText(parameter.Type)),
                    IPropertySymbol property => Recorded(property) is { } recorded ? [recorded] : [],
                    _ => Array.Empty<IParameterSymbol>(),
                }
            );

    // A record's member comes from the parameter of its constructor.
    private static IParameterSymbol? Recorded(IPropertySymbol property) =>
        IsText(property.Type) && property.ContainingType.IsRecord
            ? property
                .ContainingType.InstanceConstructors.SelectMany(made => made.Parameters)
                .FirstOrDefault(parameter => parameter.Name == property.Name)
            : null;

    private static bool IsText(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_String;

    private IEnumerable<string> Read(ExpressionSyntax expression, Bindings bound, int depth)
    {
        if (depth > Depth)
        {
            return Unknown;
        }

        if (source.ConstantOf(expression) is { } constant)
        {
            return [constant.ToString()!];
        }

        return expression switch
        {
            // A reason that becomes a sentence.
            BinaryExpressionSyntax { Right: ElementAccessExpressionSyntax rest } raised
                when raised.Left.ToString() == $"char.ToUpperInvariant({rest.Expression}[0])" => Read(
                    rest.Expression,
                    bound,
                    depth + 1
                )
                .Select(text => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text),
            InterpolatedStringExpressionSyntax text => Joined(
                text.Contents.Select(part =>
                    part switch
                    {
                        InterpolatedStringTextSyntax plain => [plain.TextToken.ValueText],
                        InterpolationSyntax hole => Read(hole.Expression, bound, depth + 1),
                        _ => Unknown,
                    }
                )
            ),
            BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) && IsText(source.TypeOf(sum)) =>
                Joined([Read(sum.Left, bound, depth + 1), Read(sum.Right, bound, depth + 1)]),
            BinaryExpressionSyntax either when either.IsKind(SyntaxKind.CoalesceExpression) =>
            [
                .. Read(either.Left, bound, depth + 1),
                .. Read(either.Right, bound, depth + 1),
            ],
            ConditionalExpressionSyntax choice =>
            [
                .. Read(choice.WhenTrue, bound, depth + 1),
                .. Read(choice.WhenFalse, bound, depth + 1),
            ],
            SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => Read(arm.Expression, bound, depth + 1)),
            ParenthesizedExpressionSyntax inner => Read(inner.Expression, bound, depth + 1),
            PostfixUnaryExpressionSyntax forgiving => Read(forgiving.Operand, bound, depth + 1),
            AwaitExpressionSyntax awaited => Read(awaited.Expression, bound, depth + 1),
            CastExpressionSyntax cast => Read(cast.Expression, bound, depth + 1),
            ThrowExpressionSyntax or LiteralExpressionSyntax => [],
            InvocationExpressionSyntax call => Returned(call, bound, depth + 1),
            _ => Named(source.SymbolOf(expression), bound, depth + 1),
        };
    }

    private IEnumerable<string> Returned(InvocationExpressionSyntax call, Bindings bound, int depth)
    {
        if (call.Expression.ToString() == "string.Create")
        {
            return Read(call.ArgumentList.Arguments[^1].Expression, bound, depth);
        }

        if (
            source.SymbolOf(call) is not IMethodSymbol { Name: not nameof(ToString) } method
            || !IsTextual(method.ReturnType)
            || (method.ReducedFrom ?? method).OriginalDefinition.DeclaringSyntaxReferences is not [var declared, ..]
        )
        {
            return Unknown;
        }

        method = (method.ReducedFrom ?? method).OriginalDefinition;
        var site = new CallSite(method, call, call.ArgumentList);
        var passed = method
            .Parameters.Select(parameter => (Parameter: (ISymbol)parameter, Argument: site.ArgumentOf(parameter)))
            .Where(pair => pair.Argument is not null)
            .ToDictionary(pair => pair.Parameter, pair => (pair.Argument!, bound), SymbolEqualityComparer.Default);
        return Some(SourceText.Results(declared.GetSyntax()), new Bindings(passed!), depth);
    }

    private IEnumerable<string> Named(ISymbol? symbol, Bindings bound, int depth)
    {
        switch (symbol)
        {
            case IParameterSymbol { RefKind: not RefKind.Out } parameter:
                return bound.Find(parameter) is var (argument, outer) ? Read(argument, outer, depth) : Unknown;
            case IPropertySymbol property
                when Recorded(property) is { } recorded && bound.Find(recorded) is var (made, from):
                return Read(made, from, depth);
            case IPropertySymbol property when Recorded(property) is { ContainingSymbol: IMethodSymbol made } part:
                return Some(
                    source.CallsOf(made).Select(call => call.ArgumentOf(part)).OfType<ExpressionSyntax>(),
                    Bindings.None,
                    depth + 3
                );
            case ILocalSymbol local:
                return Some([.. source.AssignedTo(local), .. Matched(local)], bound, depth);
            case IFieldSymbol { Type: var type } when IsText(type):
            case IPropertySymbol { Type: var kind } when IsText(kind):
                return Some(source.AssignedTo(symbol), Bindings.None, depth);
            default:
                return Unknown;
        }
    }

    // `x is { } text`, `Read(out var text)`.
    private IEnumerable<ExpressionSyntax> Matched(ILocalSymbol local)
    {
        if (local.DeclaringSyntaxReferences is not [var reference, ..])
        {
            return [];
        }

        var node = reference.GetSyntax();
        if (
            node.FirstAncestorOrSelf<ArgumentSyntax>() is
            { RefKindKeyword.ValueText: "out", Parent.Parent: InvocationExpressionSyntax call } passed
        )
        {
            var place = call.ArgumentList.Arguments.IndexOf(passed);
            return source.SymbolOf(call) is IMethodSymbol method && place < method.Parameters.Length
                ? source.AssignedTo(method.Parameters[place])
                : [];
        }

        return
            node.FirstAncestorOrSelf<IsPatternExpressionSyntax>()
                is { Pattern: RecursivePatternSyntax { Designation: { } name } } match
            && name == node
            ? [match.Expression]
            : [];
    }

    private static bool IsTextual(ITypeSymbol type) =>
        IsText(type)
        || type is INamedTypeSymbol { TypeArguments: [var inner], Name: "Task" or "ValueTask" } && IsText(inner);

    private IEnumerable<string> Some(IEnumerable<ExpressionSyntax> values, Bindings bound, int depth)
    {
        var texts = values.SelectMany(value => Read(value, bound, depth)).Distinct().Take(Most).ToList();
        return texts.Count == 0 ? Unknown : texts;
    }

    private static IEnumerable<string> Joined(IEnumerable<IEnumerable<string>> parts)
    {
        IEnumerable<string> texts = [""];
        foreach (var part in parts)
        {
            var ends = part.Distinct().Take(Most).ToList();
            texts =
                ends.Count == 0
                    ? [.. texts]
                    : [.. texts.SelectMany(start => ends.Select(end => start + end)).Take(Most)];
        }

        return texts;
    }

    private static string Clean(string text)
    {
        text = string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        while (text.Contains(Hole + Hole))
        {
            text = text.Replace(Hole + Hole, Hole);
        }

        return text;
    }

    /// <summary>What the parameters of a call stand for.</summary>
    private sealed record Bindings(IReadOnlyDictionary<ISymbol, (ExpressionSyntax Argument, Bindings Outer)> Values)
    {
        public static Bindings None { get; } =
            new(new Dictionary<ISymbol, (ExpressionSyntax, Bindings)>(SymbolEqualityComparer.Default));

        public (ExpressionSyntax Argument, Bindings Outer)? Find(IParameterSymbol parameter) =>
            Values.TryGetValue(parameter.OriginalDefinition, out var found) ? found : null;
    }
}
