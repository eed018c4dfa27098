using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace CodexProxy.Profile;

/// <summary>Writes the types of a signature again, with the tokens of the profile.</summary>
internal sealed class Signatures(ProfileWriter writer, string assembly) : ISignatureTypeProvider<byte[], object?>
{
    public byte[] GetPrimitiveType(PrimitiveTypeCode typeCode) => [(byte)typeCode];

    public byte[] GetSZArrayType(byte[] elementType) => [0x1d, .. elementType];

    public byte[] GetByReferenceType(byte[] elementType) => [0x10, .. elementType];

    public byte[] GetPointerType(byte[] elementType) => [0x0f, .. elementType];

    public byte[] GetPinnedType(byte[] elementType) => [0x45, .. elementType];

    public byte[] GetGenericMethodParameter(object? genericContext, int index) => [0x1e, .. Number(index)];

    public byte[] GetGenericTypeParameter(object? genericContext, int index) => [0x13, .. Number(index)];

    public byte[] GetArrayType(byte[] elementType, ArrayShape shape) =>
        [
            0x14,
            .. elementType,
            .. Number(shape.Rank),
            .. Number(shape.Sizes.Length),
            .. shape.Sizes.SelectMany(Number),
            .. Number(shape.LowerBounds.Length),
            .. shape.LowerBounds.SelectMany(Signed),
        ];

    public byte[] GetGenericInstantiation(byte[] genericType, ImmutableArray<byte[]> typeArguments) =>
        [0x15, .. genericType, .. Number(typeArguments.Length), .. typeArguments.SelectMany(one => one)];

    public byte[] GetModifiedType(byte[] modifier, byte[] unmodifiedType, bool isRequired) =>
        // The modifier is a type, of which only the token counts.
        [(byte)(isRequired ? 0x1f : 0x20), .. modifier[1..], .. unmodifiedType];

    public byte[] GetFunctionPointerType(MethodSignature<byte[]> signature) => [0x1b, .. Method(signature)];

    public byte[] GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        [rawTypeKind, .. ProfileWriter.Token(writer.Definition(reader, handle, assembly))];

    public byte[] GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        [rawTypeKind, .. ProfileWriter.Token(writer.Reference(reader, handle, assembly))];

    public byte[] GetTypeFromSpecification(
        MetadataReader reader,
        object? genericContext,
        TypeSpecificationHandle handle,
        byte rawTypeKind
    ) => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    /// <summary>A method's whole signature.</summary>
    public static byte[] Method(MethodSignature<byte[]> signature) =>
        [
            signature.Header.RawValue,
            .. signature.Header.IsGeneric ? Number(signature.GenericParameterCount) : [],
            .. Number(signature.ParameterTypes.Length),
            .. signature.ReturnType,
            .. signature.ParameterTypes.SelectMany(one => one),
        ];

    /// <summary>A number as signatures hold it.</summary>
    public static byte[] Number(int value)
    {
        var blob = new BlobBuilder();
        blob.WriteCompressedInteger(value);
        return blob.ToArray();
    }

    private static byte[] Signed(int value)
    {
        var blob = new BlobBuilder();
        blob.WriteCompressedSignedInteger(value);
        return blob.ToArray();
    }
}
