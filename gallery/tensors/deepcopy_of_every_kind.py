"""
A deep copy of every kind of tensor
===================================

Does ``copy.deepcopy`` work for a conjugated, a sparse, a quantized or a meta
tensor? What comes along?

It copies the storage, and sets a new tensor on it with the same sizes and
strides. The kinds on torch's list, COO and ``meta`` among them, are cloned
instead; compressed sparse and strided nested tensors are not on it, and cannot
be deep-copied.
"""

import copy
import warnings

import torch

# %%
# One tensor of each kind.

x = torch.arange(6.0).reshape(2, 3)
z = torch.tensor([1 + 2j, 3 + 4j])
scales, zeros = torch.tensor([0.5, 1.0]), torch.tensor([0, 0])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # prototypes, and deprecated kinds
    kinds = {
        "dense": x,
        "transposed": x.T,
        "conjugated": z.conj(),
        "negated": z.conj().imag,
        "quantized": torch.quantize_per_tensor(x, 0.5, 0, torch.quint8),
        "by channel": torch.quantize_per_channel(
            x, scales, zeros, 0, torch.quint8
        ),
        "COO": x.to_sparse(),
        "meta": x.to("meta"),
        "CSR": x.to_sparse_csr(),
        "nested": torch.nested.nested_tensor([x[0], x[1, :2]]),
    }

# %%
# Copy each, and say what is different about the copy.


TRAITS = {
    "conj bit": torch.is_conj,
    "neg bit": torch.is_neg,
    "strides": lambda t: not t.is_sparse and t.stride(),
    "kind": lambda t: (t.device, t.dtype, t.layout, t.is_quantized),
}


def numbers(tensor):
    """What a tensor holds, as a plain one."""
    if tensor.is_quantized:
        return tensor.dequantize()
    return tensor.to_dense()


found = {}
for kind, tensor in kinds.items():
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a storage with a dtype
            made = copy.deepcopy(tensor)
    except NotImplementedError as error:
        found[kind] = str(error).partition(" with ")[0]
        continue
    changed = [name for name, of in TRAITS.items() if of(made) != of(tensor)]
    found[kind] = "other " + ", ".join(changed) if changed else "the same"
    assert made.is_meta or numbers(made).tolist() == numbers(tensor).tolist()

for kind, answer in found.items():
    print(f"{kind:11} {answer}")
assert found == {
    **dict.fromkeys(["dense", "transposed"], "the same"),
    **dict.fromkeys(["quantized", "by channel"], "the same"),
    **dict.fromkeys(["COO", "meta"], "the same"),
    "conjugated": "other conj bit",
    "negated": "other neg bit, strides",
    "CSR": "Cannot access storage of SparseCsrTensorImpl",
    "nested": "Could not run 'aten::new_empty'",
}

# %%
# A conjugated tensor has only a bit set, and its storage holds the numbers as
# they were. The copy is on a copy of that storage, and then conjugated for
# good: new numbers, no bit. So it is with a negated one, whose copy also
# closes the gaps: the imaginary parts lay between real ones.

bit, made = kinds["conjugated"], copy.deepcopy(kinds["conjugated"])
stored = [t.conj() if t.is_conj() else t for t in (bit, made)]
parts = [t.imag.tolist() for t in stored]
print("imaginary parts stored:", *parts)
assert parts == [[2, 4], [-2, -4]]
assert bit.imag.tolist() == made.imag.tolist() == [-2, -4]

# %%
# What comes along: ``requires_grad``, the gradient, and attributes. Hooks stay
# behind.

leaf = torch.ones(2, requires_grad=True)
leaf.note = ["for the report"]
leaf.register_hook(lambda grad: None)
(3 * leaf).sum().backward()
made = copy.deepcopy(leaf)

print("copied", made.grad.tolist(), made.note, "hooks", made._backward_hooks)
assert made.requires_grad and made.grad.tolist() == [3, 3]
assert made.note == leaf.note and made.note is not leaf.note
assert leaf._backward_hooks and made._backward_hooks is None

# %%
# The gradient goes through the memo as well. Where it is copied under another
# name first, the copies are again one object.

grad, made = copy.deepcopy([leaf.grad, leaf])
assert made.grad is grad and made.grad is not leaf.grad

# %%
# Remember: to copy any kind, with or without a storage, ``clone().detach()``
# asks less than ``deepcopy``, and gives less: no ``requires_grad``, no
# gradient and no attributes. What is refused: :doc:`deepcopy_of_a_subclass`;
# what stays shared inside a copy: :doc:`deepcopy_shares_inside`.

for kind in ("CSR", "nested"):
    made = kinds[kind].clone().detach()
    assert made is not kinds[kind] and made.layout == kinds[kind].layout
