using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CodexProxy.Profile;

/// <summary>The types of a folder of assemblies, by name.</summary>
internal sealed class Library
{
    private const string Core = "System.Private.CoreLib";

    private static readonly Dictionary<string, byte> Primitives = new()
    {
        ["bool"] = 0x02,
        ["char"] = 0x03,
        ["sbyte"] = 0x04,
        ["byte"] = 0x05,
        ["ubyte"] = 0x05,
        ["short"] = 0x06,
        ["ushort"] = 0x07,
        ["int"] = 0x08,
        ["uint"] = 0x09,
        ["long"] = 0x0a,
        ["ulong"] = 0x0b,
        ["float"] = 0x0c,
        ["double"] = 0x0d,
        ["nint"] = 0x18,
        ["nuint"] = 0x19,
    };

    private readonly Dictionary<string, List<Found>> types = [];
    private readonly ProfileWriter writer;

    /// <summary>Reads the folder.</summary>
    public Library(string folder, ProfileWriter writer)
    {
        this.writer = writer;
        foreach (var path in Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            var image = new PEReader(File.OpenRead(path), PEStreamOptions.PrefetchEntireImage);
            if (!image.HasMetadata)
            {
                continue;
            }

            var reader = image.GetMetadataReader();
            var assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
            foreach (var handle in reader.TypeDefinitions)
            {
                var name = FileLocal.WithoutHash(NameOf(reader, handle));
                (types.TryGetValue(name, out var same) ? same : types[name] = []).Add(new(assembly, reader, handle));
            }
        }
    }

    /// <summary>Adds all methods that a name means.</summary>
    /// <returns>False when there is none.</returns>
    public bool Add(MethodName method)
    {
        if (method.Type.Ranks.Count > 0 || !types.TryGetValue(method.Type.Name, out var candidates))
        {
            return false;
        }

        var any = false;
        var arguments = method.Arguments.Select(Encode).ToList();
        if (arguments.Contains(null))
        {
            return false;
        }

        foreach (var (assembly, reader, handle) in candidates)
        {
            EntityHandle type = writer.Definition(reader, handle, assembly);
            var definition = reader.GetTypeDefinition(handle);
            if (definition.GetGenericParameters().Count != method.Type.Arguments.Count)
            {
                continue;
            }

            if (method.Type.Arguments.Count > 0)
            {
                if (Encode(method.Type) is not { } instance)
                {
                    continue;
                }

                type = writer.Specification(instance);
            }

            foreach (var one in definition.GetMethods())
            {
                var found = reader.GetMethodDefinition(one);
                if (
                    found.RelativeVirtualAddress == 0
                    || found.GetGenericParameters().Count != arguments.Count
                    || FileLocal.WithoutHash(reader.GetString(found.Name)) != method.Name
                )
                {
                    continue;
                }

                var signature = found.DecodeSignature(new Signatures(writer, assembly), null);
                writer.Add(assembly, type, reader.GetString(found.Name), Signatures.Method(signature), arguments!);
                any = true;
            }
        }

        return any;
    }

    private byte[]? Encode(TypeName type)
    {
        var encoded = EncodeElement(type);
        foreach (var rank in type.Ranks)
        {
            encoded =
                encoded is null ? null
                : rank == 1 ? [0x1d, .. encoded]
                : [0x14, .. encoded, (byte)rank, 0, 0];
        }

        return encoded;
    }

    private byte[]? EncodeElement(TypeName type)
    {
        if (Primitives.TryGetValue(type.Name, out var primitive))
        {
            return [primitive];
        }

        if (type.Name == "System.__Canon")
        {
            return [0x12, .. ProfileWriter.Token(writer.Shared)];
        }

        if (!types.TryGetValue(type.Name, out var candidates))
        {
            return null;
        }

        var (assembly, reader, handle) = candidates.FirstOrDefault(one => one.Assembly == Core) ?? candidates[0];
        byte[] plain =
        [
            (byte)(IsValue(reader, handle) ? 0x11 : 0x12),
            .. ProfileWriter.Token(writer.Definition(reader, handle, assembly)),
        ];
        if (type.Arguments.Count == 0)
        {
            return plain;
        }

        var arguments = type.Arguments.Select(Encode).ToList();
        return arguments.Contains(null)
            ? null
            : [0x15, .. plain, .. Signatures.Number(arguments.Count), .. arguments.SelectMany(one => one!)];
    }

    private static bool IsValue(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var parent = reader.GetTypeDefinition(handle).BaseType;
        var name = parent.Kind switch
        {
            _ when parent.IsNil => null,
            HandleKind.TypeReference => reader.GetString(reader.GetTypeReference((TypeReferenceHandle)parent).Name),
            HandleKind.TypeDefinition => reader.GetString(reader.GetTypeDefinition((TypeDefinitionHandle)parent).Name),
            _ => null,
        };
        return name is "ValueType" or "Enum" && NameOf(reader, handle) != "System.Enum";
    }

    private static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(reader, outer)}+{name}"
            : type.Namespace.IsNil ? name
            : $"{reader.GetString(type.Namespace)}.{name}";
    }

    private sealed record Found(string Assembly, MetadataReader Reader, TypeDefinitionHandle Handle);
}
