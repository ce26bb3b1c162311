/* What the bench program needs of a target: output, marks around a step, an end. */
#include <stdint.h>

#if defined(__AVR__)
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>
#define ROM PROGMEM
#define WORD(p) ((int16_t)pgm_read_word(p))
#define MARK_START() (GPIOR0 = 1)
#define MARK_STOP() (GPIOR0 = 2)
static void port_init(void) { UBRR0 = 0; UCSR0B = 1 << TXEN0; }
static void put(char c) { while (!(UCSR0A & (1 << UDRE0))) { } UDR0 = c; }
static void leave(void) { GPIOR1 = 0; cli(); sleep_enable(); sleep_cpu(); for (;;) { } }
static unsigned port_stack(void) { return 0; }
#else
#define ROM
#define WORD(p) (*(p))
__attribute__((noinline)) void mark_start(void) { __asm__ volatile("" ::: "memory"); }
__attribute__((noinline)) void mark_stop(void) { __asm__ volatile("nop" ::: "memory"); }
#define MARK_START() mark_start()
#define MARK_STOP() mark_stop()
#if defined(__ARM_ARCH) && !defined(__linux__)
#define PAINT 0x5a5a5a5au
extern char _sd, _ed, _sl, _sb, _eb;
extern uint32_t _stack_low, _stack_high;
int main(void);
static int host(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
static void port_init(void) { }
static void put(char c) { host(3, &c); }
static void leave(void) { const int end[2] = { 0x20026, 0 }; host(0x20, end); for (;;) { } }
static unsigned port_stack(void)
{
    const uint32_t *p = &_stack_low;
    while (p < &_stack_high && *p == PAINT) p++;
    return (unsigned)((&_stack_high - p) * 4);
}
__attribute__((naked, used)) void Reset(void)
{
    __asm__ volatile(".syntax unified\n ldr r0, =_stack_low\n ldr r1, =_stack_high\n ldr r2, =0x5a5a5a5a\n 1: str r2, [r0]\n adds r0, #4\n cmp r0, r1\n blo 1b\n bl start_c\n b .");
}
__attribute__((used, noreturn)) void start_c(void)
{
    char *d = &_sd, *s = &_sl;
    while (d < &_ed) *d++ = *s++;
    for (d = &_sb; d < &_eb;) *d++ = 0;
    main();
    for (;;) { }
}
__attribute__((section(".vec"), used)) const void *const vectors[4] = { &_stack_high, (const void *)Reset, (const void *)Reset, (const void *)Reset };
#else
#include <stdio.h>
#include <stdlib.h>
static void port_init(void) { }
static void put(char c) { putchar(c); }
static void leave(void) { exit(0); }
static unsigned port_stack(void) { return 0; }
#endif
#endif
