using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace WeightedLoss.Generators.Tests.Emit;

/// <summary>
/// The JIT inlines nothing into a method with more than about 900 locals, and compiles one with more than 60,000 bytes of IL without
/// optimisation, whatever its attributes say. The limits keep a distance, because the JIT adds locals of its own.
/// </summary>
public class MethodSizeTests
{
    private const int MostLocals = 700, MostBytes = 40_000;

    [Fact]
    public void LibraryMethods_LocalsAndIL_StayBelowTheLimitsOfTheJit()
    {
        using var file = new PEReader(File.OpenRead(typeof(LossSum).Assembly.Location));
        var reader = file.GetMetadataReader();
        var methods = reader.MethodDefinitions
            .Select(reader.GetMethodDefinition)
            .Where(method => method.RelativeVirtualAddress != 0)
            .Select(method => (Definition: method, Body: file.GetMethodBody(method.RelativeVirtualAddress)))
            .Select(method => (
                Name: NameOf(reader, method.Definition), Locals: CountLocals(reader, method.Body), Bytes: method.Body.GetILReader().Length))
            .ToArray();

        // The emitted ones are among them.
        Assert.Contains(methods, method => method.Name.StartsWith("BceF32Avx2", StringComparison.Ordinal) && method.Locals > 20);
        var offenders = methods
            .Where(method => method.Locals > MostLocals || method.Bytes > MostBytes)
            .OrderByDescending(method => method.Locals)
            .Select(method => $"{method.Name}: {method.Locals} locals, {method.Bytes} bytes of IL")
            .ToArray();
        Assert.True(
            offenders.Length == 0,
            $"{offenders.Length} methods have more than {MostLocals} locals or {MostBytes} bytes of IL:\n{string.Join('\n', offenders)}");
    }

    private static string NameOf(MetadataReader reader, MethodDefinition method) =>
        $"{reader.GetString(reader.GetTypeDefinition(method.GetDeclaringType()).Name)}.{reader.GetString(method.Name)}";

    private static int CountLocals(MetadataReader reader, MethodBodyBlock body)
    {
        if (body.LocalSignature.IsNil)
        {
            return 0;
        }

        var signature = reader.GetBlobReader(reader.GetStandaloneSignature(body.LocalSignature).Signature);
        Assert.Equal(SignatureKind.LocalVariables, signature.ReadSignatureHeader().Kind);
        return signature.ReadCompressedInteger();
    }
}
