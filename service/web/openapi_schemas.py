"""The schemas of the document of the API, made by msgspec of the types that are read and answered."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import msgspec

from service.web.operation import Operation
from service.web.problems import Problem

Json: TypeAlias = dict[str, Any]


_REFERENCES = "#/components/schemas/{name}"


class Schemas:
    """The schemas of all bodies, queries and answers; `components` are those that have a name."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        queries = _each(operation.query for operation in operations)
        bodies = _each(operation.body for operation in operations)
        answers = _each(shape for operation in operations for shape in operation.answer)
        shapes = _each([Problem, *queries, *bodies, *answers])
        found, self.components = msgspec.json.schema_components(shapes, ref_template=_REFERENCES)
        self._of: dict[Any, Json] = dict(zip(shapes, found, strict=True))
        self._queries = {query: self.components.pop(_name(self._of[query])) for query in queries}
        _, may_be_partial = msgspec.json.schema_components([Problem, *bodies], ref_template=_REFERENCES)
        for name in self.components.keys() - may_be_partial.keys():
            if "properties" in (answered := self.components[name]):
                answered["required"] = list(answered["properties"])  # a default is for who asks, and is answered too

    def of(self, shapes: Sequence[Any]) -> Json:
        """What is of any of these types."""
        schemas = [self._of[shape] for shape in shapes]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def parameters(self, query: Any) -> list[Json]:  # noqa: ANN401 - a type, or None
        """Each parameter of a query; none of no query."""
        if query is None:
            return []
        schema = self._queries[query]
        return [
            {
                "name": name,
                "in": "query",
                "required": name in schema["required"],
                "description": shape.get("description", ""),
                "schema": {key: value for key, value in shape.items() if key != "description"},
            }
            for name, shape in schema["properties"].items()
        ]


def _each(shapes: Iterable[Any]) -> list[Any]:
    """Each type once, without None."""
    return list(dict.fromkeys(shape for shape in shapes if shape is not None))


def _name(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
