using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Program;

/// <summary>How elements come from memory into lanes, and back. All that is known of what they are in memory is here.</summary>
internal abstract class ElementAccess
{
    /// <summary>Of an element type.</summary>
    public static ElementAccess Of(Element element) =>
        element == Element.BFloat16 ? new UpperHalf()
        : element.Storage == element.Number.Keyword ? new SameType()
        : throw new NotSupportedException($"There is no conversion between {element.Storage} and {element.Number.Keyword}.");

    /// <summary>Elements as numbers of the lanes.</summary>
    public abstract Lane Load(LaneProgram program, string array, string index);

    /// <summary>Numbers of the lanes as elements.</summary>
    public abstract void Store(LaneProgram program, string array, Lane value, string index);

    private sealed class SameType : ElementAccess
    {
        public override Lane Load(LaneProgram program, string array, string index) => program.Load(array, index);

        public override void Store(LaneProgram program, string array, Lane value, string index) => program.Store(array, value, index);
    }

    /// <summary>The upper half of a number's bits.</summary>
    private sealed class UpperHalf : ElementAccess
    {
        public override Lane Load(LaneProgram program, string array, string index) =>
            program.ShiftLeftBits(program.LoadHalves(array, index), program.Number.Bits / 2);

        /// <summary>Rounds to the nearest, of two as close to the even one; each NaN is the same one.</summary>
        public override void Store(LaneProgram program, string array, Lane value, string index)
        {
            var half = program.Number.Bits / 2;
            var number = program.Let("number", value);
            var last = program.Let("lastBit", program.AndBits(program.ShiftRightBits(number, half), program.ConstantBits("LowestBit", 1)));
            var belowHalf = program.ConstantBits("BelowHalf", (1UL << (half - 1)) - 1);
            var rounded = program.Let("rounded", program.AddBits(number, program.AddBits(last, belowHalf)));
            var isNumber = program.AreEqual(number, program.Add(number, program.Zero));
            var bits = program.Select(isNumber, rounded, program.Constant("NotANumber", double.NaN));
            program.StoreHalves(array, program.Let("stored", program.ShiftRightBits(bits, half)), index);
        }
    }
}
