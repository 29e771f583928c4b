"""A small file system: one tree of folders, a current folder, and the usual commands without paths."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.padding import padding
from tools_sim.toolbox import tool

_FORBIDDEN_IN_NAMES = frozenset('|/\\?%*:"><')
_COUNTED = {"l": "lines", "w": "words", "c": "characters"}
_UNITS = ("B", "KB", "MB", "GB", "TB")


class File(BaseModel):
    type: Literal["file"] = "file"
    name: str
    content: str = ""


class Folder(BaseModel):
    type: Literal["directory"] = "directory"
    name: str
    contents: dict[str, Annotated["File | Folder", Field(discriminator="type")]] = Field(default_factory=dict)


Entry = File | Folder


class FilesystemState(DomainState):
    hidden: ClassVar[frozenset[str]] = frozenset({"cwd"})

    root: Folder = Field(default_factory=lambda: Folder(name="/"))
    cwd: list[str] = Field(default_factory=list)
    """Names of the folders from below the root to the current one."""
    long_context: bool = False


class Filesystem(Domain[FilesystemState]):
    state_type = FilesystemState

    @classmethod
    def load(cls, config: JsonObject, *, long_context: bool = False, ragged: bool = False) -> FilesystemState:  # noqa: ARG003
        """``root`` has one folder, by name, of entries by name; as recorded, what stands beside it is left out."""
        state = FilesystemState(long_context=long_context)
        tree = config.get("root")
        if isinstance(tree, dict) and tree:
            name, folder = next(iter(tree.items()))
            state.root = _load_folder(name, folder, long_context=long_context)
        return state

    @tool()
    def pwd(self) -> JsonObject:
        """Say which folder is the current one, as a path."""
        return {"current_working_directory": "/" + "/".join([self.state.root.name, *self.state.cwd])}

    @tool()
    def ls(self, a: bool = False) -> JsonObject:
        """List what is in the current folder.

        Args:
            a: True to show hidden entries too.
        """
        names: list[JsonValue] = [name for name in self._here.contents if a or not name.startswith(".")]
        return {"current_directory_content": names}

    @tool()
    def cd(self, folder: str) -> JsonObject:
        """Go to a folder in the current folder, or one level up.

        Args:
            folder: Name of the folder; ".." for one level up, "/" for the top.
        """
        name = folder.rstrip("/")
        if not name:
            self.state.cwd.clear()
            return {"current_working_directory": self.state.root.name}
        if name == "..":
            if not self.state.cwd:
                raise refusal("Current directory is already the root. Cannot go back.")
            self.state.cwd.pop()
            return {}
        if "/" in name:
            raise refusal(f"cd: {folder}: Unsupported path. Only one folder level at a time is supported.")
        found = self._named(name)
        if not isinstance(found, Folder):
            raise self._missing(f"cd: '{name}': No such file or directory", name)
        self.state.cwd.append(found.name)
        return {"current_working_directory": found.name}

    @tool(writes=True)
    def mkdir(self, dir_name: str) -> None:
        """Make a folder in the current folder.

        Args:
            dir_name: Name of the new folder.
        """
        if _invalid(dir_name):
            raise refusal(f"mkdir: cannot create directory '{dir_name}': Invalid character")
        if dir_name in self._here.contents:
            raise refusal(f"mkdir: cannot create directory '{dir_name}': File exists")
        self._here.contents[dir_name] = Folder(name=dir_name)

    @tool(writes=True)
    def touch(self, file_name: str) -> None:
        """Make an empty file in the current folder.

        Args:
            file_name: Name of the new file.
        """
        if _invalid(file_name):
            raise refusal(f"touch: cannot touch '{file_name}': Invalid character")
        if file_name in self._here.contents:
            raise refusal(f"touch: cannot touch '{file_name}': File exists")
        self._here.contents[file_name] = File(name=file_name)

    @tool(writes=True)
    def echo(self, content: str, file_name: str | None = None) -> JsonObject | None:
        """Write text to an existing file in the current folder, in place of what was in it; or just show it.

        Args:
            content: The text.
            file_name: Name of the file; leave it out to show the text.
        """
        if file_name is None:
            return {"terminal_output": content}
        if _invalid(file_name):
            raise refusal(f"echo: cannot write to '{file_name}': Invalid character")
        found = self._named(file_name)
        if found is None:
            raise self._missing(f"echo: cannot write to '{file_name}': No such file", file_name)
        if not isinstance(found, File):
            raise refusal(f"Error during execution: '{file_name}' is a directory")
        found.content = content
        return None

    @tool()
    def cat(self, file_name: str) -> JsonObject:
        """Show what is in a file of the current folder.

        Args:
            file_name: Name of the file.
        """
        if _invalid(file_name):
            raise refusal(f"cat: '{file_name}': Invalid character")
        found = self._named(file_name)
        if found is None:
            raise self._missing(f"cat: '{file_name}': No such file or directory", file_name)
        if not isinstance(found, File):
            raise refusal(f"cat: '{file_name}': Is a directory")
        return {"file_content": found.content}

    @tool()
    def find(self, path: str = ".", name: str | None = None) -> JsonObject:
        """Find files and folders, also in folders inside.

        Args:
            path: Folder to look in; "." for the current one.
            name: Only those whose name contains this; all when left out.
        """
        prefix = path.strip("/")
        start: Entry | None = self._here
        for part in prefix.split("/"):
            if part not in ("", "."):
                start = (
                    start.contents.get(self.choice(part, tuple(start.contents))) if isinstance(start, Folder) else None
                )
        if not isinstance(start, Folder):
            raise refusal(f"find: '{path}': No such file or directory")
        matches: list[JsonValue] = [
            f"{prefix}/{below}" for below, entry in _walk(start) if not name or name in entry.name
        ]
        return {"matches": matches}

    @tool()
    def wc(self, file_name: str, mode: str = "l") -> JsonObject:
        """Count the lines, words or characters of a file in the current folder.

        Args:
            file_name: Name of the file.
            mode: l for lines, w for words, c for characters.
        """
        if mode not in _COUNTED:
            raise refusal(f"wc: invalid mode '{mode}'")
        content = self._file(file_name, "wc").content
        count = {"l": len(content.splitlines()), "w": len(content.split()), "c": len(content)}[mode]
        return {"count": count, "type": _COUNTED[mode]}

    @tool()
    def sort(self, file_name: str) -> JsonObject:
        """Show the lines of a file in alphabetical order; the file itself stays as it is.

        Args:
            file_name: Name of the file.
        """
        return {"sorted_content": "\n".join(sorted(self._file(file_name, "sort").content.splitlines()))}

    @tool()
    def grep(self, file_name: str, pattern: str) -> JsonObject:
        """Show the lines of a file that contain a text.

        Args:
            file_name: Name of the file.
            pattern: The text to look for.
        """
        lines: list[JsonValue] = [
            line for line in self._file(file_name, "grep").content.splitlines() if pattern in line
        ]
        return {"matching_lines": lines}

    @tool()
    def tail(self, file_name: str, lines: int = 10) -> JsonObject:
        """Show the last lines of a file.

        Args:
            file_name: Name of the file.
            lines: How many.
        """
        return {"last_lines": "\n".join(self._file(file_name, "tail").content.splitlines()[-lines:])}

    @tool()
    def diff(self, file_name1: str, file_name2: str) -> JsonObject:
        """Compare two files of the current folder line by line.

        Args:
            file_name1: Name of the first file.
            file_name2: Name of the second file.
        """
        first, second = self._named(file_name1), self._named(file_name2)
        if not isinstance(first, File) or not isinstance(second, File):
            raise refusal(f"diff: {file_name1} or {file_name2}: No such file or directory")
        pairs = zip(first.content.splitlines(), second.content.splitlines(), strict=False)
        return {"diff_lines": "\n".join(f"- {left}\n+ {right}" for left, right in pairs if left != right)}

    @tool()
    def du(self, human_readable: bool = False) -> JsonObject:
        """Say how much the files in the current folder and below take up.

        Args:
            human_readable: True for kilobytes and megabytes instead of bytes.
        """
        size: float = sum(len(entry.content.encode()) for _, entry in _walk(self._here) if isinstance(entry, File))
        if not human_readable:
            return {"disk_usage": f"{size} bytes"}
        for unit in _UNITS:
            if size < 1024 or unit == _UNITS[-1]:
                break
            size /= 1024
        return {"disk_usage": f"{size:.2f} {unit}"}

    @tool(writes=True)
    def rm(self, file_name: str) -> JsonObject:
        """Remove a file, or a folder with everything in it.

        Args:
            file_name: Its name in the current folder.
        """
        found = self._exactly(file_name)
        if found is None:
            raise self._missing(f"rm: cannot remove '{file_name}': No such file or directory", file_name)
        del self._here.contents[file_name]
        return {"result": f"'{file_name}' removed"}

    @tool(writes=True)
    def rmdir(self, dir_name: str) -> JsonObject:
        """Remove an empty folder.

        Args:
            dir_name: Its name in the current folder.
        """
        found = self._exactly(dir_name)
        if found is None:
            raise self._missing(f"rmdir: cannot remove '{dir_name}': No such file or directory", dir_name)
        if not isinstance(found, Folder):
            raise refusal(f"rmdir: cannot remove '{dir_name}': Not a directory")
        if found.contents:
            raise refusal(f"rmdir: cannot remove '{dir_name}': Directory not empty")
        del self._here.contents[dir_name]
        return {"result": f"'{dir_name}' removed"}

    @tool(writes=True)
    def mv(self, source: str, destination: str) -> JsonObject:
        """Move a file or folder of the current folder into another folder, or give it a new name.

        Args:
            source: Its name.
            destination: A folder of the current folder, or the new name.
        """
        moved, into, name, shown = self._transfer("mv", "move", source, destination)
        if name in into.contents:
            raise refusal(f"mv: cannot move '{source}' to '{shown}': File exists")
        del self._here.contents[source]
        moved.name = name
        into.contents[name] = moved
        return {"result": f"'{source}' moved to '{shown}'"}

    @tool(writes=True)
    def cp(self, source: str, destination: str) -> JsonObject:
        """Copy a file or folder of the current folder into another folder, or under a new name.

        Args:
            source: Its name.
            destination: A folder of the current folder, or the name of the copy.
        """
        copied, into, name, shown = self._transfer("cp", "copy", source, destination)
        if name in into.contents:
            kind = "File" if isinstance(copied, File) else "Directory"
            raise refusal(f"Error during execution: {kind} '{name}' already exists in directory '{into.name}'.")
        copy = copied.model_copy(deep=True)
        copy.name = name
        into.contents[name] = copy
        return {"result": f"'{source}' copied to '{shown}'"}

    @property
    def _here(self) -> Folder:
        folder = self.state.root
        for name in self.state.cwd:
            below = folder.contents[name]
            if not isinstance(below, Folder):
                raise TypeError(f"the current folder leads through a file: {name!r}")
            folder = below
        return folder

    def _exactly(self, name: str) -> Entry | None:
        return self._here.contents.get(name)

    def _named(self, said: str) -> Entry | None:
        name = self.match(said, self._here.contents)
        return None if name is None else self._here.contents[name]

    def _file(self, name: str, command: str) -> File:
        found = self._named(name)
        if not isinstance(found, File):
            raise self._missing(f"{command}: {name}: No such file or directory", name)
        return found

    def _missing(self, message: str, wanted: str) -> Refused:
        return self.unknown(message, wanted, self._here.contents)

    def _transfer(self, command: str, verb: str, source: str, destination: str) -> tuple[Entry, Folder, str, str]:
        """What is taken, the folder it goes to, its name there, and how the target is called in the answer."""
        found = self._exactly(source)
        if found is None:
            raise self._missing(f"{command}: cannot {verb} '{source}': No such file or directory", source)
        if "/" in destination:
            raise refusal(f"{command}: path not allowed in destination. Provide only a file or directory name.")
        target = self._exactly(destination)
        if isinstance(target, Folder):
            return found, target, source, f"{destination}/{source}"
        if target is not None:
            raise refusal(f"{command}: cannot {verb} '{source}' to '{destination}': Not a directory")
        return found, self._here, destination, destination


def _invalid(name: str) -> bool:
    return any(letter in _FORBIDDEN_IN_NAMES for letter in name)


def _walk(folder: Folder) -> Iterator[tuple[str, Entry]]:
    """Every entry below a folder with its path from there, a folder before what is in it."""
    for name, entry in folder.contents.items():
        yield name, entry
        if isinstance(entry, Folder):
            for below, inner in _walk(entry):
                yield f"{name}/{below}", inner


def _load_folder(name: str, described: Any, *, long_context: bool) -> Folder:
    folder = Folder(name=name)
    for entry_name, entry in described.get("contents", {}).items():
        if entry.get("type") == "directory" or "contents" in entry:
            folder.contents[entry_name] = _load_folder(entry_name, entry, long_context=long_context)
        else:
            content = str(entry.get("content", ""))
            if long_context and entry_name not in padding("FILES_TAIL_USED"):
                content += padding("FILE_CONTENT_EXTENSION")
            folder.contents[entry_name] = File(name=entry_name, content=content)
    if long_context and not any(isinstance(entry, Folder) for entry in folder.contents.values()):
        for image in padding("POPULATE_FILE_EXTENSION"):
            folder.contents[image] = File(name=image)
    return folder
