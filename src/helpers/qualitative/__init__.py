"""The interview strand: do coders agree, and what did the interviews say. Tables in, tables out; nothing here reads or writes files."""
