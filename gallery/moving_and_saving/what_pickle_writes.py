"""
What pickle writes for each kind of tensor
==========================================

How does a tensor get into a file, and what does a sparse or a quantized one
leave there?

Pickle asks each tensor for a function and its arguments; to load is to call
it. A dense tensor hands over its storage, and so does a quantized one; a
sparse or nested one hands over the parts that make it up. All come back from
``torch.save``; a plain ``pickle`` manages fewer.
"""

import io
import pickle
import warnings

import torch

# %%
# One tensor of each kind. Some layouts are declared prototypes when they are
# first used; that is no concern here.

x = torch.arange(6.0).reshape(2, 3)
square = x[:, :2].contiguous()
scales, zeros = torch.tensor([0.5, 1.0]), torch.tensor([0, 0])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    kinds = {
        "dense": x,
        "transposed": x.T,
        "conjugated": torch.tensor([1 + 2j]).conj(),
        "uint16": x.to(torch.uint16),
        "meta": x.to("meta"),
        "quantized": torch.quantize_per_tensor(x, 0.5, 0, torch.quint8),
        "by channel": torch.quantize_per_channel(
            x, scales, zeros, 0, torch.quint8
        ),
        "COO": x.to_sparse(),
        "CSR": x.to_sparse_csr(),
        "CSC": x.to_sparse_csc(),
        "BSR": square.to_sparse_bsr((1, 1)),
        "nested": torch.nested.nested_tensor([x[0], x[1, :2]]),
    }

# %%
# ``__reduce_ex__`` is the method that pickle calls. It returns the function
# and the arguments; here are the function's name and the first argument's
# type.


def written(tensor):
    """The function that rebuilds a tensor, and the types of its arguments."""
    function, arguments = tensor.__reduce_ex__(2)
    return function.__name__, [type(a).__name__ for a in arguments]


found = {kind: written(tensor) for kind, tensor in kinds.items()}
for kind, (function, arguments) in found.items():
    print(f"{kind:11} {function:32} {arguments[0]}")

assert [function for function, _ in found.values()] == [
    *["_rebuild_tensor_v2"] * 3,
    "_rebuild_tensor_v3",
    "_rebuild_meta_tensor_no_storage",
    *["_rebuild_qtensor"] * 2,
    *["_rebuild_sparse_tensor"] * 4,
    "_rebuild_nested_tensor",
]
assert found["dense"][1][0] == "TypedStorage"
assert found["uint16"][1][0] == "UntypedStorage"  # newer dtypes: no type left
assert found["meta"][1] == ["dtype", "tuple", "tuple", "bool"]

# %%
# A transposed tensor writes the same storage with other strides. A conjugated
# one has not computed its conjugate yet; one more argument says so.

assert x.T.__reduce_ex__(2)[1][2:4] == ((3, 2), (1, 3))
assert kinds["conjugated"].__reduce_ex__(2)[1][-1] == {"conj": True}
assert len(found["conjugated"][1]) == len(found["dense"][1]) + 1

# %%
# ``torch.save`` brings all of them back. ``pickle`` alone writes the newer
# dtypes and cannot read them: a storage goes into its older format, which asks
# each storage for a dtype.


def saved(tensor):
    """The tensor, saved and loaded with torch."""
    file = io.BytesIO()
    torch.save(tensor, file)
    file.seek(0)
    return torch.load(file)


def same(a, b):
    """Whether two tensors of a kind hold the same numbers."""
    if a.is_meta or b.is_meta:
        return a.shape == b.shape and a.device == b.device
    if a.is_nested:
        return all(map(torch.equal, a.unbind(), b.unbind()))
    dense = [t.dequantize() if t.is_quantized else t for t in (a, b)]
    return torch.equal(*(t.to_dense() for t in dense))


failed = {}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of storages that have a dtype
    for kind, tensor in kinds.items():
        assert same(saved(tensor), tensor), kind
        data = pickle.dumps(tensor)
        try:
            assert same(pickle.loads(data), tensor), kind
        except AttributeError as error:
            failed[kind] = str(error)

print("plain pickle cannot read", failed)
assert list(failed) == ["uint16"]
assert failed["uint16"].endswith("UntypedStorage' has no attribute 'dtype'")

# %%
# One layout torch keeps for itself: there is no storage to hand over.

try:
    x.to_mkldnn().__reduce_ex__(2)
except NotImplementedError as error:
    message = str(error)
print("mkldnn:", message)
assert message == "Cannot access storage of OpaqueTensorImpl"

# %%
# Remember: for each tensor a file names a function of torch. So ``torch.load``
# minds which functions a file may name, and the old ones have to stay: the
# first, ``_rebuild_tensor``, is still there, and ``_rebuild_tensor_v2`` calls
# it. To leave the numbers out: :doc:`checkpoint_without_data`. What a subclass
# writes: :doc:`what_a_subclass_writes`.

assert "_rebuild_tensor" in torch._utils._rebuild_tensor_v2.__code__.co_names
