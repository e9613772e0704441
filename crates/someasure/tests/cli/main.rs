//! The program from outside: wrong projects and their messages, an analyst's path, the example.

mod broken;
mod demo;
mod journey;
mod stats;
mod support;
