\set id random(1, 10000)
SELECT value FROM point WHERE id = :id;
