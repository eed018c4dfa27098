using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace CodexProxy.Profile;

/// <summary>
/// Writes a profile for the compiler that makes ready code: an assembly whose methods name other methods, each by
/// <c>ldtoken</c> and <c>pop</c>, one method for each assembly whose methods it names, and a dictionary of those.
/// </summary>
internal sealed class ProfileWriter
{
    // A reference to any version.
    private static readonly Version AnyVersion = new(0, 0, 65535, 65535);
    private readonly MetadataBuilder metadata = new();
    private readonly BlobBuilder bodies = new();
    private readonly Dictionary<string, AssemblyReferenceHandle> assemblies = [];
    private readonly Dictionary<(EntityHandle Scope, string Space, string Name), TypeReferenceHandle> types = [];
    private readonly SortedDictionary<string, List<EntityHandle>> groups = new(StringComparer.Ordinal);
    private readonly HashSet<EntityHandle> added = [];
    private readonly Dictionary<
        (EntityHandle Parent, string Name, BlobHandle Signature),
        MemberReferenceHandle
    > members = [];
    private readonly Dictionary<(EntityHandle Method, BlobHandle Arguments), MethodSpecificationHandle> methods = [];
    private readonly Dictionary<BlobHandle, TypeSpecificationHandle> specifications = [];

    /// <summary>How many methods it names.</summary>
    public int Count => added.Count;

    /// <summary>The type that stands for every reference type; the compiler knows it by an assembly that does not exist.</summary>
    public TypeReferenceHandle Shared => Type(Assembly("System.Private.Canon"), "System", "__Canon");

    /// <summary>Adds a method.</summary>
    /// <param name="assembly">The assembly that defines it.</param>
    /// <param name="type">The type that has it: a reference, or an instance.</param>
    /// <param name="name">Its name.</param>
    /// <param name="signature">Its signature with the tokens of this profile.</param>
    /// <param name="arguments">Its encoded type arguments.</param>
    public void Add(string assembly, EntityHandle type, string name, byte[] signature, IReadOnlyList<byte[]> arguments)
    {
        var blob = metadata.GetOrAddBlob(signature);
        if (!members.TryGetValue((type, name, blob), out var member))
        {
            member = metadata.AddMemberReference(type, metadata.GetOrAddString(name), blob);
            members.Add((type, name, blob), member);
        }

        EntityHandle method = member;
        if (arguments.Count > 0)
        {
            byte[] encoded = [0x0a, .. Signatures.Number(arguments.Count), .. arguments.SelectMany(one => one)];
            var instances = metadata.GetOrAddBlob(encoded);
            if (!methods.TryGetValue((member, instances), out var found))
            {
                found = metadata.AddMethodSpecification(member, instances);
                methods.Add((member, instances), found);
            }

            method = found;
        }

        if (added.Add(method))
        {
            (groups.TryGetValue(assembly, out var group) ? group : groups[assembly] = []).Add(method);
        }
    }

    /// <summary>A reference to a type that an assembly defines.</summary>
    public TypeReferenceHandle Definition(MetadataReader reader, TypeDefinitionHandle handle, string assembly)
    {
        var type = reader.GetTypeDefinition(handle);
        EntityHandle scope = type.GetDeclaringType() is { IsNil: false } outer
            ? Definition(reader, outer, assembly)
            : Assembly(assembly);
        return Type(scope, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    /// <summary>A reference that an assembly has, again.</summary>
    public TypeReferenceHandle Reference(MetadataReader reader, TypeReferenceHandle handle, string assembly)
    {
        var type = reader.GetTypeReference(handle);
        EntityHandle scope = type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => Reference(reader, (TypeReferenceHandle)type.ResolutionScope, assembly),
            HandleKind.AssemblyReference => Assembly(
                reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
            ),
            _ => Assembly(assembly),
        };
        return Type(scope, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    /// <summary>A token as signatures hold it.</summary>
    public static byte[] Token(EntityHandle type) => Signatures.Number(CodedIndex.TypeDefOrRefOrSpec(type));

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        var encoder = new MethodBodyStreamEncoder(bodies);
        var signature = metadata.GetOrAddBlob(new byte[] { 0, 0, 1 });
        MethodDefinitionHandle Method(string name, InstructionEncoder body) =>
            metadata.AddMethodDefinition(
                MethodAttributes.Public | MethodAttributes.Static,
                MethodImplAttributes.IL,
                metadata.GetOrAddString(name),
                signature,
                encoder.AddMethodBody(body, maxStack: 8),
                MetadataTokens.ParameterHandle(1)
            );
        var dictionary = new InstructionEncoder(new BlobBuilder());
        foreach (var (assembly, named) in groups)
        {
            var body = new InstructionEncoder(new BlobBuilder());
            foreach (var method in named)
            {
                body.OpCode(ILOpCode.Ldtoken);
                body.Token(method);
                body.OpCode(ILOpCode.Pop);
            }

            body.OpCode(ILOpCode.Ret);
            dictionary.LoadString(metadata.GetOrAddUserString(assembly + ";"));
            dictionary.OpCode(ILOpCode.Ldtoken);
            dictionary.Token(Method("Assemblies_" + assembly, body));
            dictionary.OpCode(ILOpCode.Pop);
        }

        dictionary.OpCode(ILOpCode.Ret);
        Method("AssemblyDictionary", dictionary);
        metadata.AddModule(
            0,
            metadata.GetOrAddString("profile.mibc"),
            metadata.GetOrAddGuid(default),
            default,
            default
        );
        metadata.AddAssembly(metadata.GetOrAddString("profile.mibc"), new Version(0, 0), default, default, 0, default);
        metadata.AddTypeDefinition(
            0,
            default,
            metadata.GetOrAddString("<Module>"),
            default,
            MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1)
        );
        var file = new BlobBuilder();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(),
            new MetadataRootBuilder(metadata),
            bodies,
            deterministicIdProvider: _ => new BlobContentId(Guid.Empty, 1)
        ).Serialize(file);
        return file.ToArray();
    }

    private AssemblyReferenceHandle Assembly(string name)
    {
        if (!assemblies.TryGetValue(name, out var found))
        {
            found = metadata.AddAssemblyReference(
                metadata.GetOrAddString(name),
                AnyVersion,
                default,
                default,
                default,
                default
            );
            assemblies.Add(name, found);
        }

        return found;
    }

    private TypeReferenceHandle Type(EntityHandle scope, string space, string name)
    {
        if (!types.TryGetValue((scope, space, name), out var found))
        {
            found = metadata.AddTypeReference(scope, metadata.GetOrAddString(space), metadata.GetOrAddString(name));
            types.Add((scope, space, name), found);
        }

        return found;
    }

    /// <summary>An instance of a generic type.</summary>
    public TypeSpecificationHandle Specification(byte[] encoded)
    {
        var blob = metadata.GetOrAddBlob(encoded);
        if (!specifications.TryGetValue(blob, out var found))
        {
            found = metadata.AddTypeSpecification(blob);
            specifications.Add(blob, found);
        }

        return found;
    }
}
