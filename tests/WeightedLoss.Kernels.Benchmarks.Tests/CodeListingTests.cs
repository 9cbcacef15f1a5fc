using WeightedLoss.Benchmarks.Audit;

namespace WeightedLoss.Benchmarks.Tests;

public class CodeListingTests
{
    // A loop with a call on every pass, one that a pass may jump over, one in an inner loop without vectors, and one behind the loop.
    private const string X64 = """
        ; Assembly listing for method WeightedLoss.Generated.Target.CeF32Avx2`1[WeightedLoss.Runtime.Seven]:Run[WeightedLoss.Runtime.Yes,System.Single](byref,nuint):long (FullOpts)
        ; Emitting BLENDED_CODE for generic X64 + VEX on Unix
        ; rsp based frame

        G_M000_IG01:
               push     rbp
               vmovups  ymm1, ymmword ptr [reloc @RWD00]

        G_M000_IG02:
               vmovups  ymmword ptr [rsp+0x20], ymm1
               vaddps   ymm0, ymm1, ymmword ptr [rbp+0x20]
               vaddss   xmm2, xmm2, dword ptr [rsp+0x10]
               call     [Every:Pass()]
               test     eax, eax
               je       SHORT G_M000_IG04

        G_M000_IG03:
               call     [Some:Passes()]

        G_M000_IG04:
               call     [No:Vectors()]
               dec      edx
               jne      SHORT G_M000_IG04

        G_M000_IG05:
               align    [0 bytes for IG02]
               dec      ecx
               jne      G_M000_IG02

        G_M000_IG06:
               call     [Behind:Loop()]
               ret

        RWD00  	dq	3F8000003F800000h, 3F8000003F800000h

        ; Total bytes of code 53

        ; Assembly listing for method System.Runtime.Intrinsics.X86.Avx2:Add(System.Single) (FullOpts)
        G_M000_IG01:
               ret
        """;

    // A jump table reaches a block that jumps back, so that its call is in a loop; the last jump leaves the method.
    private const string Arm = """
        ; Assembly listing for method WeightedLoss.BinaryCrossEntropy+BceF32Neon:Run(byref) (FullOpts)
        ; fp based frame

        G_M000_IG01:
                    stp     fp, lr, [sp, #-0x30]!

        G_M000_IG02:
                    ldr     q16, [fp, #0x40]
                    fadd    v16.4s, v16.4s, v17.4s
                    str     q16, [x0]
                    fadd    s1, s1, s2
                    adr     x2, [G_M000_IG02]
                    br      x1

        G_M000_IG03:
                    blr     x3
                    b       G_M000_IG02

        G_M000_IG04:
                    ldp     fp, lr, [sp], #0x30
                    br      x3

        RWD00  	dd	G_M000_IG03 - G_M000_IG02
               	dd	G_M000_IG04 - G_M000_IG02
        """;

    [Fact]
    public void Read_ListingOfX64_CountsInstructionsStackAndCallsInLoops() =>
        Assert.Equal(
            [new("CeF32Avx2[Seven]:Run[Yes,Single]", Instructions: 16, Vectors: 3, StackVectors: 1, LoopCalls: 2, EachPassCalls: 1)],
            Read(X64, "avx2"));

    [Fact]
    public void Read_FrameInRbp_CountsItsVectors() =>
        Assert.Equal(2, Assert.Single(Read(X64.Replace("rsp based", "rbp based", StringComparison.Ordinal), "avx2")).StackVectors);

    [Fact]
    public void Read_ListingOfArm_FollowsTheJumpTable() =>
        Assert.Equal(
            [new("BceF32Neon:Run", Instructions: 11, Vectors: 3, StackVectors: 1, LoopCalls: 1, EachPassCalls: 1)], Read(Arm, "neon"));

    [Fact]
    public void Read_OtherInstructionSet_FindsNothing() => Assert.Empty(Read(X64, "avx512"));

    [Fact]
    public void Compare_MethodsThatGrewByMoreThanATenth_AreNamed()
    {
        var stored = new MethodCode("BceF32Avx2:Run", 100, 80, 10, 0, 0);
        Assert.Empty(CodeTable.Compare([stored], [stored with { Instructions = 110, Vectors = 200, StackVectors = 11 }]));
        Assert.Equal(
            ["BceF32Avx2:Run: 111 instructions instead of 100"], CodeTable.Compare([stored], [stored with { Instructions = 111 }]));
        Assert.Equal(["BceF32Avx2:Run: 1 calls in loops instead of 0"], CodeTable.Compare([stored], [stored with { LoopCalls = 1 }]));
    }

    [Fact]
    public void Compare_MethodOfOneSideOnly_IsNamed()
    {
        var stored = new MethodCode("BceF32Avx2:Run", 100, 80, 10, 0, 0);
        Assert.Equal(
            ["BceF32Avx2:Walk is not in the table", "BceF32Avx2:Run is in the table only"],
            CodeTable.Compare([stored], [stored with { Name = "BceF32Avx2:Walk" }]));
    }

    [Fact]
    public void Parse_LineOfATable_GivesWhatWasWritten()
    {
        var method = new MethodCode("CeF32Avx2[Seven]:Run[Yes,Single]", 16, 3, 1, 2, 1);
        Assert.Equal(method, MethodCode.Parse(method.ToString()));
    }

    private static IReadOnlyList<MethodCode> Read(string listing, string instructionSet) =>
        CodeListing.Read(listing.Split('\n'), instructionSet);
}
