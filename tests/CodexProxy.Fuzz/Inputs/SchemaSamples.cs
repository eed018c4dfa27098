using System.Text;
using System.Text.Json;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>Schemas: those of the client's own tools, and some with every keyword that matters.</summary>
internal static class SchemaSamples
{
    private static readonly string[] Odd =
    [
        """{"type":"object","properties":{"a":{"type":["string","null"],"enum":["x",null],"pattern":"^a+$","format":"uri","default":"x"},"b":{"type":"array","items":{"$ref":"#/$defs/c"},"minItems":1,"maxItems":3,"uniqueItems":true}},"required":["a","b"],"additionalProperties":false,"$defs":{"c":{"type":"object","properties":{"d":{"$ref":"#/$defs/c"}}}}}""",
        """{"anyOf":[{"type":"object","properties":{"a":{"const":1}}},{"type":"object","properties":{"b":{"type":"integer","minimum":0,"exclusiveMaximum":5,"multipleOf":2}}}],"description":"d"}""",
        """{"allOf":[{"$ref":"#/definitions/x"},{"required":["y"]}],"definitions":{"x":{"type":"object","properties":{"y":{"type":"boolean"}}}}}""",
        """{"oneOf":[{"type":"string"},{"type":"null"}],"not":{"type":"number"},"if":{"type":"string"},"then":true,"else":false}""",
        """{"type":"object","patternProperties":{"^x-":{"type":"string"}},"propertyNames":{"pattern":"(?=a)a"},"dependentRequired":{"a":["b"]},"dependentSchemas":{"a":{}},"unevaluatedProperties":false,"minProperties":1}""",
        """{"type":"array","prefixItems":[{"type":"string"}],"items":false,"contains":{"type":"string"},"minContains":1}""",
        """{"$schema":"http://json-schema.org/draft-07/schema#","$id":"a","title":"t","type":"object","properties":{"p":true,"q":{"type":"array","items":[{"type":"string"},{"type":"number"}],"additionalItems":false},"r":{"type":"object","additionalProperties":{"type":"string"}}},"examples":[{}],"deprecated":true,"readOnly":true,"contentEncoding":"base64"}""",
    ];

    /// <summary>The samples.</summary>
    public static IEnumerable<byte[]> All =>
        [
            .. Odd.Select(Encoding.UTF8.GetBytes),
            .. Fixtures.ReadBodies("claude-code-client", "body").SelectMany(Schemas),
        ];

    private static IEnumerable<byte[]> Schemas(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("tools", out var tools))
        {
            yield break;
        }

        foreach (var tool in tools.EnumerateArray())
        {
            if (tool.TryGetProperty("input_schema", out var schema))
            {
                yield return Encoding.UTF8.GetBytes(schema.GetRawText());
            }
        }
    }
}
