using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

public sealed class AnsStackTests
{
    [Fact]
    public void Any_program_of_pushes_and_pops_is_undone_exactly_by_its_inverse() =>
        Prop.ForAll(StackOperation.Words.Zip(StackOperation.Program).ToArbitrary(), run =>
        {
            (uint[] supply, StackOperation[] program) = run;
            using AnsStack stack = AnsStack.FromWords(supply);
            var states = new Stack<uint[]>();
            var inverses = new Stack<Action>();
            foreach (StackOperation operation in program)
            {
                uint[] before = stack.ToWords();
                Action inverse;
                try
                {
                    inverse = Apply(stack, operation);
                }
                catch (AnsUnderflowException)
                {
                    Assert.Equal(before, stack.ToWords());
                    continue;
                }

                states.Push(before);
                inverses.Push(inverse);
            }

            while (inverses.TryPop(out Action? inverse))
            {
                inverse();
                Assert.Equal(states.Pop(), stack.ToWords());
            }

            Assert.Equal(supply, stack.ToWords());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_operation_agrees_with_the_definition_in_unbounded_integers() =>
        Prop.ForAll(StackOperation.Words.Zip(StackOperation.Program).ToArbitrary(), run =>
        {
            (uint[] supply, StackOperation[] program) = run;
            using AnsStack stack = AnsStack.FromWords(supply);
            ReferenceStack reference = ReferenceStack.FromWords(supply);
            foreach (StackOperation operation in program)
            {
                if (ApplyBoth(stack, reference, operation))
                    Assert.Equal(reference.ToWords(), stack.ToWords());
            }

            Assert.Equal(reference.Value.GetBitLength() - 33, stack.BitCount);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_words_are_the_serialised_form_of_one_stack() =>
        Prop.ForAll(StackOperation.Words.ToArbitrary(), words =>
        {
            using AnsStack stack = AnsStack.FromWords(words);
            Assert.Equal(words, stack.ToWords());
            byte[] bytes = stack.ToBytes();
            using AnsStack again = AnsStack.FromBytes(bytes);
            Assert.Equal(words, again.ToWords());
            Assert.Equal(bytes, again.ToBytes());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stack_made_by_pushes_survives_serialisation_and_pops_to_empty() =>
        Prop.ForAll(StackOperation.PushProgram.ToArbitrary(), program =>
        {
            using var stack = new AnsStack(0);
            var inverses = new Stack<StackOperation>();
            foreach (StackOperation operation in program)
            {
                Apply(stack, operation);
                inverses.Push(operation);
            }

            using AnsStack loaded = AnsStack.FromBytes(stack.ToBytes());
            foreach (StackOperation operation in inverses)
                Undo(loaded, operation);
            Assert.True(loaded.IsEmpty);
            Assert.Equal(0, loaded.BitCount);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_shortest_serialised_forms_are_all_distinct_states(int length)
    {
        uint[] digits = [0, 1, 2, uint.MaxValue - 2, uint.MaxValue - 1, uint.MaxValue];
        for (int code = 0; code < Math.Pow(digits.Length, length); code++)
        {
            var words = new uint[length];
            for (int i = 0, rest = code; i < length; i++, rest /= digits.Length)
                words[i] = digits[rest % digits.Length];
            using AnsStack stack = AnsStack.FromWords(words);
            Assert.Equal(words, stack.ToWords());
            Assert.Equal(length == 0, stack.IsEmpty);
            Assert.Equal(ReferenceStack.FromWords(words).Value.GetBitLength() - 33, stack.BitCount);
        }
    }

    [Fact]
    public void Bits_are_uniform_symbols_whose_range_is_a_power_of_two() =>
        Prop.ForAll(StackOperation.Words.Zip(StackOperation.Any).ToArbitrary(), run =>
        {
            (uint[] supply, StackOperation operation) = run;
            using AnsStack bits = AnsStack.FromWords(supply), uniform = AnsStack.FromWords(supply);
            bits.PushBits(operation.Bits, operation.Precision);
            uniform.PushUniform(operation.Bits, 1UL << operation.Precision);
            Assert.Equal(uniform.ToWords(), bits.ToWords());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_symbol_that_is_certain_costs_nothing()
    {
        using AnsStack stack = AnsStack.FromWords([1, 2, 3]);
        stack.Push(0, 1u << 20, 20);
        stack.PushUniform(0, 1);
        stack.PushBits(0, 0);
        Assert.Equal([1u, 2, 3], stack.ToWords());
        stack.Drop(0, 1u << 20, 20);
        Assert.Equal(0u, stack.PopUniform(1));
        Assert.Equal(0u, stack.PopBits(0));
        Assert.Equal([1u, 2, 3], stack.ToWords());
    }

    [Fact]
    public void A_snapshot_restores_what_was_there_any_number_of_times()
    {
        using AnsStack stack = AnsStack.FromWords([5, 6, 7, 8]);
        AnsSnapshot snapshot = stack.TakeSnapshot();
        for (int round = 0; round < 3; round++)
        {
            stack.PopUniform(1000003);
            stack.PopBits(32);
            for (uint i = 0; i < 1000; i++)
                stack.PushBits(i, 32);
            stack.Restore(snapshot);
            Assert.Equal([5u, 6, 7, 8], stack.ToWords());
        }

        using var other = new AnsStack(0);
        other.Restore(snapshot);
        Assert.Equal(stack.ToBytes(), other.ToBytes());
    }

    [Fact]
    public void A_cleared_stack_is_as_a_new_one()
    {
        using AnsStack stack = AnsStack.FromWords([5, 6, 7, 8]);
        Assert.False(stack.IsEmpty);
        stack.Clear();
        Assert.True(stack.IsEmpty);
        Assert.Empty(stack.ToBytes());
    }

    [Fact]
    public void Popping_more_than_there_is_throws_and_changes_nothing()
    {
        using var stack = new AnsStack();
        stack.PushBits(5, 3);
        uint[] before = stack.ToWords();
        Assert.Throws<AnsUnderflowException>(() => stack.PopBits(4));
        Assert.Throws<AnsUnderflowException>(() => stack.PopUniform(9));
        uint slot = stack.Peek(8);
        Assert.Throws<AnsUnderflowException>(() => stack.Drop(slot, 1, 8));
        Assert.Equal(before, stack.ToWords());
        Assert.Equal(5u, stack.PopBits(3));
        Assert.True(stack.IsEmpty);
    }

    [Fact]
    public void Arguments_that_would_corrupt_the_stack_are_refused()
    {
        using AnsStack stack = AnsStack.FromWords([5, 6, 7, 8]);
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Push(0, 0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Push(0, 257, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Push(256, 1, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Push(uint.MaxValue, 2, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Push(0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Push(0, 1, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Peek(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Peek(33));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.Drop(0, 0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PushUniform(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PushUniform(10, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PushUniform(0, AnsStack.MaxRange + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PopUniform(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PopUniform(AnsStack.MaxRange + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PushBits(4, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PushBits(0, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => stack.PopBits(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnsStack(-1));
        Assert.Throws<ArgumentNullException>(() => stack.Restore(null!));
        Assert.Throws<ArgumentNullException>(() => stack.WriteTo(null!));
        Assert.Equal([5u, 6, 7, 8], stack.ToWords());
    }

    [Fact]
    public void Dropping_another_symbol_than_the_one_at_the_top_is_refused()
    {
        using AnsStack stack = AnsStack.FromWords([5, 6, 7, 8]);
        stack.Push(10, 5, 8);
        uint[] before = stack.ToWords();
        Assert.InRange(stack.Peek(8), 10u, 14u);
        Assert.Throws<ArgumentException>(() => stack.Drop(0, 10, 8));
        Assert.Throws<ArgumentException>(() => stack.Drop(15, 100, 8));
        Assert.Equal(before, stack.ToWords());
    }

    [Fact]
    public void Bytes_that_are_not_whole_words_are_a_format_error()
    {
        EntropyFormatException error = Assert.Throws<EntropyFormatException>(() => AnsStack.FromBytes(new byte[7]));
        Assert.Contains("7 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_is_what_the_other_stack_was_and_stays_it() =>
        Prop.ForAll(StackOperation.Words.Zip(StackOperation.Words).ToArbitrary(), run =>
        {
            (uint[] words, uint[] before) = run;
            using AnsStack stack = AnsStack.FromWords(words), copy = AnsStack.FromWords(before);
            copy.CopyFrom(stack);
            stack.PushBits(5, 32);
            Assert.Equal(words, copy.ToWords());
            copy.PushBits(6, 32);
            Assert.Equal(5u, stack.PopBits(32));
            Assert.Equal(words, stack.ToWords());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Words_are_written_where_there_is_room_for_them() =>
        Prop.ForAll(StackOperation.Words.ToArbitrary(), words =>
        {
            using AnsStack stack = AnsStack.FromWords(words);
            var room = new uint[stack.MaxWordCount];
            Assert.Equal(words, room[..stack.WriteWords(room)]);
            Assert.InRange(stack.MaxWordCount, words.Length, words.Length + 2);
            Assert.Throws<ArgumentException>(() => stack.WriteWords(room.AsSpan(1)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_disposed_stack_refuses_every_operation()
    {
        var stack = new AnsStack();
        stack.PushBits(1, 1);
        stack.Dispose();
        stack.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stack.Push(0, 1, 1));
        Assert.Throws<ObjectDisposedException>(() => stack.Peek(1));
        Assert.Throws<ObjectDisposedException>(() => stack.PopUniform(3));
        Assert.Throws<ObjectDisposedException>(() => stack.PopBits(1));
        Assert.Throws<ObjectDisposedException>(stack.ToBytes);
        Assert.Throws<ObjectDisposedException>(stack.Clear);
        Assert.Throws<ObjectDisposedException>(stack.TakeSnapshot);
        using var other = new AnsStack();
        Assert.Throws<ObjectDisposedException>(() => stack.CopyFrom(other));
        Assert.Throws<ObjectDisposedException>(() => other.CopyFrom(stack));
        Assert.Throws<ObjectDisposedException>(() => stack.WriteWords(new uint[100]));
    }

    [Theory]
    [InlineData(12, 1e-6)]
    [InlineData(16, 1e-6)]
    [InlineData(24, 1e-5)]
    [InlineData(32, 0.0035)]
    public void Symbols_cost_what_their_probabilities_say(int precision, double allowedLoss)
    {
        const int Count = 200_000;
        var random = new Random(precision);
        using var stack = new AnsStack();
        double ideal = 0;
        for (int i = 0; i < Count; i++)
        {
            // Half of the slots to one symbol, the rest to symbols of a hundredth each.
            uint half = (uint)(1UL << (precision - 1)), small = Math.Max(1, half / 50);
            bool likely = random.Next(2) == 0;
            uint frequency = likely ? half : small;
            stack.Push(likely ? 0 : half + ((uint)random.Next(50) * small), frequency, precision);
            ideal += precision - Math.Log2(frequency);
        }

        Assert.InRange((stack.BitCount - ideal) / Count, -2.0 / Count, allowedLoss + (2.0 / Count));
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(65537UL)]
    [InlineData(3UL << 30)]
    [InlineData(1UL << 32)]
    public void Uniform_symbols_cost_the_logarithm_of_their_range(ulong range)
    {
        const int Count = 100_000;
        var random = new Random(1);
        using var stack = new AnsStack();
        for (int i = 0; i < Count; i++)
            stack.PushUniform((uint)random.NextInt64((long)range), range);
        Assert.InRange(stack.BitCount - (Count * Math.Log2(range)), -1.1, 1.1);
    }

    /// <summary>Does an operation; gives what undoes it.</summary>
    private static Action Apply(AnsStack stack, StackOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.PushSymbol:
                (uint start, uint frequency) = operation.PushedSymbol;
                stack.Push(start, frequency, operation.Precision);
                return () => Undo(stack, operation);
            case OperationKind.PushUniform:
                stack.PushUniform(operation.Value, operation.Range);
                return () => Undo(stack, operation);
            case OperationKind.PushBits:
                stack.PushBits(operation.Bits, operation.Precision);
                return () => Undo(stack, operation);
            case OperationKind.PopSymbol:
                (uint poppedStart, uint poppedFrequency) = operation.SymbolAt(stack.Peek(operation.Precision));
                stack.Drop(poppedStart, poppedFrequency, operation.Precision);
                return () => stack.Push(poppedStart, poppedFrequency, operation.Precision);
            case OperationKind.PopUniform:
                uint value = stack.PopUniform(operation.Range);
                return () => stack.PushUniform(value, operation.Range);
            default:
                uint bits = stack.PopBits(operation.Precision);
                return () => stack.PushBits(bits, operation.Precision);
        }
    }

    private static void Undo(AnsStack stack, StackOperation push)
    {
        switch (push.Kind)
        {
            case OperationKind.PushSymbol:
                (uint start, uint frequency) = push.PushedSymbol;
                Assert.InRange(stack.Peek(push.Precision), start, start + (frequency - 1));
                stack.Drop(start, frequency, push.Precision);
                break;
            case OperationKind.PushUniform:
                Assert.Equal(push.Value, stack.PopUniform(push.Range));
                break;
            default:
                Assert.Equal(push.Bits, stack.PopBits(push.Precision));
                break;
        }
    }

    /// <summary>Does an operation on both; false if the stack underflowed, and neither changed.</summary>
    private static bool ApplyBoth(AnsStack stack, ReferenceStack reference, StackOperation operation)
    {
        (uint start, uint frequency) = operation.SymbolAt(stack.Peek(operation.Precision));
        try
        {
            Apply(stack, operation);
        }
        catch (AnsUnderflowException)
        {
            return false;
        }

        switch (operation.Kind)
        {
            case OperationKind.PushSymbol:
                (uint pushedStart, uint pushedFrequency) = operation.PushedSymbol;
                reference.Push(pushedStart, pushedFrequency, operation.Precision);
                break;
            case OperationKind.PushUniform:
                reference.PushUniform(operation.Value, operation.Range);
                break;
            case OperationKind.PushBits:
                reference.PushUniform(operation.Bits, 1UL << operation.Precision);
                break;
            case OperationKind.PopSymbol:
                reference.Drop(start, frequency, operation.Precision);
                break;
            case OperationKind.PopUniform:
                reference.PopUniform(operation.Range);
                break;
            default:
                reference.PopUniform(1UL << operation.Precision);
                break;
        }

        return true;
    }
}
