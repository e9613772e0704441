//! The program from outside: wrong projects and their messages, an analyst's path, the example.

mod broken;
mod chat_files;
mod chats;
mod corrections;
mod demo;
mod editions;
mod honest;
mod journey;
mod rebuilt;
mod refusals;
mod register;
mod simulate;
mod stats;
mod support;
mod withdrawals;
