using CodexProxy.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CodexProxy.Tests.Documentation;

/// <summary>The sources of the program and its protocol library, parsed and bound.</summary>
internal sealed class SourceText
{
    private const string Implicit =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;"
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;"
        + "global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;"
        + "global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing;"
        + "global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection;"
        + "global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<SyntaxTree, SemanticModel> _models = [];
    private readonly ILookup<ISymbol, CallSite> _calls;
    private readonly ILookup<ISymbol, ExpressionSyntax> _assignments;

    public SourceText()
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        // Generated code is left out: no text stands in it.
        var trees = new[] { "src/CodexProxy", "src/CodexProxy.Protocol" }
            .SelectMany(folder => Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))
            .Append(CSharpSyntaxTree.ParseText(Implicit, options));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(file =>
                Path.GetFileName(file) is not ("CodexProxy.dll" or "codex-proxy.dll" or "CodexProxy.Protocol.dll")
            )
            .Select(file => MetadataReference.CreateFromFile(file));
        _compilation = CSharpCompilation.Create("sources", trees, references);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            _models[tree] = _compilation.GetSemanticModel(tree);
        }

        _calls = Calls().ToLookup(call => call.Key, call => call.Value, SymbolEqualityComparer.Default)!;
        _assignments = Assignments().ToLookup(one => one.Key, one => one.Value, SymbolEqualityComparer.Default)!;
    }

    /// <summary>Every call of a method or constructor of the sources, and of those of others.</summary>
    public IEnumerable<(IMethodSymbol Method, CallSite Site)> AllCalls =>
        _calls.SelectMany(group => group.Select(site => ((IMethodSymbol)group.Key, site)));

    /// <summary>The calls of one method.</summary>
    public IEnumerable<CallSite> CallsOf(IMethodSymbol method) => _calls[method.OriginalDefinition];

    /// <summary>What is ever put into a local, a field, a property or an out parameter.</summary>
    public IEnumerable<ExpressionSyntax> AssignedTo(ISymbol symbol) => _assignments[symbol.OriginalDefinition];

    public ISymbol? SymbolOf(ExpressionSyntax expression) => Model(expression).GetSymbolInfo(expression).Symbol;

    public ITypeSymbol? TypeOf(ExpressionSyntax expression) => Model(expression).GetTypeInfo(expression).Type;

    public object? ConstantOf(ExpressionSyntax expression) => Model(expression).GetConstantValue(expression).Value;

    private SemanticModel Model(SyntaxNode node) => _models[node.SyntaxTree];

    private IEnumerable<T> Nodes<T>()
        where T : SyntaxNode =>
        _compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<T>());

    private IEnumerable<KeyValuePair<ISymbol, CallSite>> Calls()
    {
        foreach (var node in Nodes<SyntaxNode>())
        {
            var arguments = node switch
            {
                InvocationExpressionSyntax call => call.ArgumentList,
                BaseObjectCreationExpressionSyntax made => made.ArgumentList,
                ConstructorInitializerSyntax chained => chained.ArgumentList,
                PrimaryConstructorBaseTypeSyntax parent => parent.ArgumentList,
                _ => null,
            };
            if (arguments is not null && Model(node).GetSymbolInfo(node).Symbol is IMethodSymbol method)
            {
                method = method.ReducedFrom ?? method;
                yield return new(method.OriginalDefinition, new CallSite(method.OriginalDefinition, node, arguments));
            }
        }
    }

    private IEnumerable<KeyValuePair<ISymbol, ExpressionSyntax>> Assignments()
    {
        foreach (var node in Nodes<SyntaxNode>())
        {
            switch (node)
            {
                case VariableDeclaratorSyntax { Initializer.Value: { } value }
                    when Model(node).GetDeclaredSymbol(node) is { } declared:
                    yield return new(declared, value);
                    break;
                case PropertyDeclarationSyntax property when Model(node).GetDeclaredSymbol(property) is { } declared:
                    foreach (var value in Results(property))
                    {
                        yield return new(declared, value);
                    }

                    break;
                case AssignmentExpressionSyntax assignment
                    when Model(node).GetSymbolInfo(assignment.Left).Symbol is { } assigned:
                    yield return new(assigned.OriginalDefinition, assignment.Right);
                    break;
            }
        }
    }

    /// <summary>What a method or property gives back.</summary>
    public static IEnumerable<ExpressionSyntax> Results(SyntaxNode body)
    {
        if (body is PropertyDeclarationSyntax { Initializer.Value: { } initial })
        {
            yield return initial;
        }

        var arrow = body switch
        {
            MethodDeclarationSyntax method => method.ExpressionBody,
            LocalFunctionStatementSyntax local => local.ExpressionBody,
            PropertyDeclarationSyntax property => property.ExpressionBody,
            _ => null,
        };
        if (arrow is not null)
        {
            yield return arrow.Expression;
        }

        foreach (
            var back in body.DescendantNodes(inner =>
                inner == body || inner is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)
            )
        )
        {
            if (back is ReturnStatementSyntax { Expression: { } value })
            {
                yield return value;
            }
            else if (back is ArrowExpressionClauseSyntax inner && inner.Parent is AccessorDeclarationSyntax)
            {
                yield return inner.Expression;
            }
        }
    }
}

/// <summary>A call and what it passes.</summary>
/// <param name="Method">What is called.</param>
/// <param name="Node">The call.</param>
/// <param name="Arguments">What it passes.</param>
internal sealed record CallSite(IMethodSymbol Method, SyntaxNode Node, ArgumentListSyntax Arguments)
{
    /// <summary>What is passed for a parameter; null when its default is.</summary>
    public ExpressionSyntax? ArgumentOf(IParameterSymbol parameter)
    {
        var named = Arguments.Arguments.FirstOrDefault(one => one.NameColon?.Name.Identifier.Text == parameter.Name);
        if (named is not null)
        {
            return named.Expression;
        }

        // An extension called on its receiver does not pass the first one.
        var place = parameter.Ordinal;
        if (
            Method.IsExtensionMethod
            && Node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
            && Arguments.Arguments.Count < Method.Parameters.Length
        )
        {
            place--;
            if (place < 0)
            {
                return access.Expression;
            }
        }

        return place < Arguments.Arguments.Count && Arguments.Arguments[place].NameColon is null
            ? Arguments.Arguments[place].Expression
            : null;
    }
}
