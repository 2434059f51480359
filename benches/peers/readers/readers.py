"""The readers in Python, called as the Rust programs beside them are: readers.py READER WORK HIVE.

`readers.py READER version` prints the version and does nothing else; it fails where the reader isn't installed.
"""

import importlib
import importlib.metadata
import sys

KEY = ["ControlSet001", "Services", "Winsock", "Parameters"]


class Counts:
    def __init__(self):
        self.keys = self.values = self.bytes = self.sum = self.descriptors = self.refused = 0

    def value(self, data):
        self.values += 1
        self.bytes += len(data)
        self.sum += sum(data)


def walk(counts, root, subkeys, data, descriptor=None):
    """Visits every key; what a reader refuses is counted, and the walk goes on."""
    waiting = [root]
    while waiting:
        key = waiting.pop()
        counts.keys += 1
        if descriptor is None:
            for value in each(counts, data, key):
                counts.value(value)
        else:
            try:
                counts.descriptors += descriptor(key) is not None
            except Exception:
                counts.refused += 1
        waiting.extend(each(counts, subkeys, key))


def each(counts, what, key):
    try:
        yield from what(key)
    except Exception:
        counts.refused += 1


def find(counts, root, subkey, data):
    key = root
    for name in KEY:
        key = subkey(key, name)
        if key is None:
            return
    counts.keys += 1
    for value in each(counts, data, key):
        counts.value(value)


def python_registry(work, path, counts):
    from Registry import Registry

    def data(key):
        for value in key.values():
            try:
                yield value.raw_data()
            except Exception:
                counts.refused += 1

    root = Registry.Registry(path).root()
    if work == "walk":
        walk(counts, root, lambda key: key.subkeys(), data)
    else:
        find(counts, root, lambda key, name: key.subkey(name), data)


def regipy_with(module, work, path, counts):
    """Its values are decoded; only those that it gives as bytes can be counted as such."""
    import logging

    logging.disable(logging.CRITICAL)

    def data(key):
        for value in key.iter_values(trim_values=False):
            if isinstance(value.value, str):
                yield value.value.encode("utf-8", "replace")
            elif isinstance(value.value, (bytes, bytearray)):
                yield value.value
            else:
                yield b""

    root = module.RegistryHive(path).root
    if work == "walk":
        walk(counts, root, lambda key: key.iter_subkeys() or (), data)
    elif work == "security":
        walk(counts, root, lambda key: key.iter_subkeys() or (), data, lambda key: key.get_security_key_info())
    else:
        find(counts, root, lambda key, name: key.get_subkey(name, raise_on_missing=False), data)


def regipy(work, path, counts):
    from regipy import registry

    regipy_with(registry, work, path, counts)


def regipy_rust(work, path, counts):
    from regipy import registry_rs

    regipy_with(registry_rs, work, path, counts)


def dissect(work, path, counts):
    from dissect.regf import regf

    def data(key):
        for value in key.values():
            try:
                yield value.data
            except Exception:
                counts.refused += 1

    with open(path, "rb") as file:
        root = regf.RegistryHive(file).root()
        if work == "walk":
            walk(counts, root, lambda key: key.subkeys(), data)
        else:
            find(counts, root, lambda key, name: key.subkey(name), data)


def libregf(work, path, counts):
    import pyregf

    def data(key):
        for value in key.values:
            try:
                yield value.data or b""
            except Exception:
                counts.refused += 1

    file = pyregf.file()
    file.open(path)
    root = file.get_root_key()
    if work == "walk":
        walk(counts, root, lambda key: key.sub_keys, data)
    else:
        find(counts, root, lambda key, name: key.get_sub_key_by_name(name), data)


def yarp(work, path, counts):
    from yarp import Registry

    def data(key):
        for value in key.values():
            yield value.data_raw()

    with open(path, "rb") as file:
        root = Registry.RegistryHive(file).root_key()
        if work == "walk":
            walk(counts, root, lambda key: key.subkeys(), data)
        elif work == "security":
            walk(counts, root, lambda key: key.subkeys(), data, lambda key: key.security().descriptor())
        else:
            find(counts, root, lambda key, name: key.subkey(name), data)


# Each reader: its function, the module that shows whether it is there, the package that has its version.
READERS = {
    "python-registry": (python_registry, "Registry.Registry", "python-registry"),
    "regipy": (regipy, "regipy.registry", "regipy"),
    "regipy-rust": (regipy_rust, "regipy.registry_rs", "regipy-rs"),
    "dissect.regf": (dissect, "dissect.regf.regf", "dissect.regf"),
    "libregf": (libregf, "pyregf", "libregf-python"),
    # PyPI has another package of this name; the reader's is on GitHub alone.
    "yarp": (yarp, "yarp.Registry", "yarp"),
}


def peak():
    try:
        with open("/proc/self/status") as status:
            return next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0


def main():
    function, module, package = READERS[sys.argv[1]]
    if sys.argv[2:] == ["version"]:
        importlib.import_module(module)
        print(importlib.metadata.version(package))
        return
    counts = Counts()
    function(sys.argv[2], sys.argv[3], counts)
    fields = ("keys", "values", "bytes", "sum", "descriptors", "refused")
    print(*(f"{name}={getattr(counts, name)}" for name in fields), f"peak_kib={peak()}")


if __name__ == "__main__":
    main()
