// It throws on line 2.
throw new Error('no database');
