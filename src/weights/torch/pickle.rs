//! The instructions of pickles that state dicts are written with. They only put values together;
//! an instruction that could do more, and any other that is not needed, is refused by name.

use std::collections::HashMap;
use std::io::Read;
use std::rc::Rc;

use super::objects;
use super::value::{Fault, Global, Heap, Storage, Value, shown};

/// NASNet-Large's pickle has a quarter of a megabyte and 54,000 instructions.
const MOST_BYTES: u64 = 32 << 20;
const MOST_STEPS: usize = 4_000_000;
const LONGEST_NAME: usize = 200;

/// What a pickle came to.
pub(super) struct Pickled {
    pub(super) heap: Heap,
    pub(super) value: Value,
    /// The storages that it mentions, used or not.
    pub(super) storages: Vec<Rc<Storage>>,
    /// Bytes read.
    pub(super) bytes: u64,
}

/// Follows one pickle to its end.
pub(super) fn read(reader: impl Read) -> Result<Pickled, Fault> {
    let mut machine = Machine {
        source: Source { reader: reader.take(MOST_BYTES) },
        heap: Heap::default(),
        stack: Vec::new(),
        memo: HashMap::new(),
        storages: Vec::new(),
    };
    for _ in 0..MOST_STEPS {
        let opcode = machine.source.byte()?;
        if opcode == b'.' {
            let value = machine.pop()?;
            let bytes = MOST_BYTES - machine.source.reader.limit();
            let Machine { heap, storages, .. } = machine;
            return Ok(Pickled { heap, value, storages, bytes });
        }
        machine.step(opcode)?;
    }
    let (what, steps) = ("a pickle of more instructions".to_owned(), MOST_STEPS as u64);
    Err(Fault::TooLarge { what, bytes: steps + 1, limit: steps })
}

struct Source<R> {
    reader: std::io::Take<R>,
}

impl<R: Read> Source<R> {
    fn array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], Fault> {
        let mut bytes = [0; COUNT];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// As many bytes, unless the pickle ends before.
    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, Fault> {
        let left = self.reader.limit();
        if count > left {
            let what = "a text in its pickle".to_owned();
            return Err(Fault::TooLarge { what, bytes: count, limit: left });
        }
        // Grows with what really comes: a file may declare more than it has.
        let mut bytes = Vec::new();
        (&mut self.reader).take(count).read_to_end(&mut bytes)?;
        match bytes.len() as u64 == count {
            true => Ok(bytes),
            false => Err(Fault::damaged("it ends in the middle")),
        }
    }

    fn text(&mut self, count: u64) -> Result<Value, Fault> {
        let bytes = self.bytes(count)?;
        // Python 2 wrote bytes that need not be UTF-8.
        Ok(Value::Text(String::from_utf8_lossy(&bytes).into()))
    }

    fn line(&mut self) -> Result<String, Fault> {
        let mut bytes = Vec::new();
        loop {
            match self.byte()? {
                b'\n' => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
                byte if bytes.len() < LONGEST_NAME => bytes.push(byte),
                _ => {
                    let name = String::from_utf8_lossy(&bytes);
                    return Err(Fault::Code(format!("a Python object {}", shown(&name))));
                }
            }
        }
    }
}

struct Machine<R> {
    source: Source<R>,
    heap: Heap,
    stack: Vec<Value>,
    memo: HashMap<u64, Value>,
    storages: Vec<Rc<Storage>>,
}

impl<R: Read> Machine<R> {
    fn step(&mut self, opcode: u8) -> Result<(), Fault> {
        if let Some(value) = self.literal(opcode)? {
            self.stack.push(value);
            return Ok(());
        }
        match opcode {
            b'(' => self.stack.push(Value::Mark),
            b'q' => self.remember(|source| Ok(u64::from(source.byte()?)))?,
            b'r' => self.remember(|source| Ok(u32::from_le_bytes(source.array()?).into()))?,
            0x94 => {
                let next = self.memo.len() as u64;
                self.remember(|_| Ok(next))?;
            }
            b'h' => {
                let place = self.source.byte()?;
                self.recall(place.into())?;
            }
            b'j' => {
                let place = u32::from_le_bytes(self.source.array()?);
                self.recall(place.into())?;
            }
            0x80 => match self.source.byte()? {
                2..=5 => {}
                protocol => {
                    return Err(Fault::Unsupported(format!("the pickle protocol {protocol}")));
                }
            },
            // The length of what follows, for readers that want to fetch it at once.
            0x95 => drop(self.source.array::<8>()?),
            b'c' => {
                let (module, name) = (self.source.line()?, self.source.line()?);
                self.stack.push(Value::Global(Global::named(&module, &name)?));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Text(module), Value::Text(name)) = (module, name) else {
                    return Err(Fault::damaged("its pickle names an object by something else"));
                };
                self.stack.push(Value::Global(Global::named(&module, &name)?));
            }
            b'R' => self.reduce()?,
            // The state of an OrderedDict is `_metadata`, versions of modules, which changes no
            // number; that of anything else could not have been made here.
            b'b' => {
                self.pop()?;
            }
            b'Q' => {
                let id = self.pop()?;
                let storage = objects::storage(&self.heap, &id)?;
                self.storages.push(storage.clone());
                self.stack.push(Value::Storage(storage));
            }
            _ => return self.container(opcode),
        }
        Ok(())
    }

    /// An instruction that pushes a value that it brings along.
    fn literal(&mut self, opcode: u8) -> Result<Option<Value>, Fault> {
        let source = &mut self.source;
        Ok(Some(match opcode {
            b'N' => Value::None,
            0x88 => Value::Bool(true),
            0x89 => Value::Bool(false),
            b'J' => Value::Integer(i32::from_le_bytes(source.array()?).into()),
            b'K' => Value::Integer(source.byte()?.into()),
            b'M' => Value::Integer(u16::from_le_bytes(source.array()?).into()),
            0x8a => {
                let count = source.byte()?;
                Value::Integer(long(&source.bytes(count.into())?)?)
            }
            b'G' => {
                source.array::<8>()?;
                Value::Float
            }
            b'X' => {
                let count = u32::from_le_bytes(source.array()?);
                source.text(count.into())?
            }
            0x8c | b'U' => {
                let count = source.byte()?;
                source.text(count.into())?
            }
            0x8d => {
                let count = u64::from_le_bytes(source.array()?);
                source.text(count)?
            }
            b'T' => {
                let count = i32::from_le_bytes(source.array()?);
                let count = u64::try_from(count)
                    .map_err(|_| Fault::damaged("a text in its pickle has no length"))?;
                source.text(count)?
            }
            b'}' => self.heap.dictionary(Vec::new()),
            b']' | b')' => self.heap.sequence(Vec::new()),
            _ => return Ok(None),
        }))
    }

    /// An instruction that puts values into tuples, lists and dictionaries.
    fn container(&mut self, opcode: u8) -> Result<(), Fault> {
        match opcode {
            b't' => {
                let items = self.pop_to_mark()?;
                let tuple = self.heap.sequence(items);
                self.stack.push(tuple);
            }
            0x85..=0x87 => {
                let count = usize::from(opcode - 0x84);
                let items = self.pop_last(count)?;
                let tuple = self.heap.sequence(items);
                self.stack.push(tuple);
            }
            b'a' => {
                let item = self.pop()?;
                self.append(vec![item])?;
            }
            b'e' => {
                let items = self.pop_to_mark()?;
                self.append(items)?;
            }
            b's' => {
                let items = self.pop_last(2)?;
                self.set(items)?;
            }
            b'u' => {
                let items = self.pop_to_mark()?;
                self.set(items)?;
            }
            _ => return Err(Fault::Code(described(opcode))),
        }
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, Fault> {
        match self.stack.pop() {
            None | Some(Value::Mark) => Err(empty()),
            Some(value) => Ok(value),
        }
    }

    fn pop_last(&mut self, count: usize) -> Result<Vec<Value>, Fault> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        Ok(items)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value>, Fault> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark));
        let mark = mark.ok_or_else(empty)?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn append(&mut self, mut items: Vec<Value>) -> Result<(), Fault> {
        let list = self.stack.last().ok_or_else(empty)?;
        let into = self.heap.items_mut(list);
        into.ok_or_else(|| Fault::damaged("its pickle appends to what is no list"))?
            .append(&mut items);
        Ok(())
    }

    fn set(&mut self, items: Vec<Value>) -> Result<(), Fault> {
        let into = self.heap.entries_mut(self.stack.last().ok_or_else(empty)?);
        let into = into.ok_or_else(|| Fault::damaged("its pickle sets in what is no dict"))?;
        let mut items = items.into_iter();
        while let Some(key) = items.next() {
            let value = items.next().ok_or_else(|| Fault::damaged("a key without a value"))?;
            into.push((key, value));
        }
        Ok(())
    }

    fn remember(
        &mut self,
        place: impl FnOnce(&mut Source<R>) -> Result<u64, Fault>,
    ) -> Result<(), Fault> {
        let place = place(&mut self.source)?;
        let value = self.stack.last().ok_or_else(empty)?.clone();
        self.memo.insert(place, value);
        Ok(())
    }

    fn recall(&mut self, place: u64) -> Result<(), Fault> {
        let value = self.memo.get(&place).cloned();
        let missing = || Fault::damaged(format!("its pickle recalls {place}, which is not there"));
        self.stack.push(value.ok_or_else(missing)?);
        Ok(())
    }

    fn reduce(&mut self) -> Result<(), Fault> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let Value::Global(function) = function else {
            return Err(Fault::damaged("its pickle calls what is no function"));
        };
        let arguments = self.heap.items(&arguments).map(<[Value]>::to_vec);
        let arguments = arguments.ok_or_else(|| Fault::damaged("a call without arguments"))?;
        let value = objects::call(&mut self.heap, function, &arguments)?;
        self.stack.push(value);
        Ok(())
    }
}

fn empty() -> Fault {
    Fault::damaged("its pickle takes more values than it put down")
}

/// Python's integers of any size: little-endian, two's complement.
fn long(bytes: &[u8]) -> Result<i64, Fault> {
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut value = if negative { [0xff; 8] } else { [0; 8] };
    let Some(place) = value.get_mut(..bytes.len()) else {
        return Err(Fault::Unsupported(format!("an integer of {} bytes", bytes.len())));
    };
    place.copy_from_slice(bytes);
    Ok(i64::from_le_bytes(value))
}

/// An instruction that is not followed, as a message names it.
fn described(opcode: u8) -> String {
    let name = match opcode {
        b'0' => "POP",
        b'1' => "POP_MARK",
        b'2' => "DUP",
        b'B' | 0x8e | b'C' => "BINBYTES",
        b'F' => "FLOAT",
        b'I' => "INT",
        b'L' => "LONG",
        b'P' => "PERSID",
        b'S' => "STRING",
        b'V' => "UNICODE",
        b'd' => "DICT",
        b'g' => "GET",
        b'i' => "INST",
        b'l' => "LIST",
        b'o' => "OBJ",
        b'p' => "PUT",
        0x81 => "NEWOBJ",
        0x82..=0x84 => "EXT",
        0x8b => "LONG4",
        0x8f => "EMPTY_SET",
        0x90 => "ADDITEMS",
        0x91 => "FROZENSET",
        0x92 => "NEWOBJ_EX",
        0x96 => "BYTEARRAY8",
        0x97 => "NEXT_BUFFER",
        0x98 => "READONLY_BUFFER",
        _ => return format!("the unknown pickle instruction {opcode:#04x}"),
    };
    format!("the pickle instruction {name}")
}
